import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Bench, ask, portOf } from './upstream.ts';

const changed = 'Mon, 02 Nov 2026 10:00:00 GMT';
let bench: Bench;
afterEach(() => bench.stop());

const started = async (listener: (request: IncomingMessage, response: ServerResponse) => void, freshFor = 60_000): Promise<Bench> => {
  bench = await new Bench(listener, freshFor).start();
  return bench;
};
const partials = (): string[] => readdirSync(bench.folder, { recursive: true }).map(String).filter((name) => name.includes('.partial-'));

describe('the package proxy', () => {
  it('downloads a package once for any number of clients, those that come while it is under way included', async () => {
    let release: () => void = () => {};
    await started((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('first');
      release = () => response.end('after');
    });
    const early = bench.get('/pool/a.deb');
    await once(bench.upstream, 'request');
    const late = [bench.get('/pool/a.deb'), bench.get('/pool/a.deb')];
    await expect.poll(() => partials().length).toBe(1);
    release();
    const bodies = (await Promise.all([early, ...late])).map((answer) => answer.body);
    expect([...bodies, (await bench.get('/pool/a.deb')).body]).toEqual(Array(4).fill('firstafter'));
    expect(bench.asked).toEqual(['/pool/a.deb -']);
  });

  it('asks again for an index after its time, and keeps it when it has not changed', async () => {
    await started((incoming, response) => {
      if (incoming.headers['if-modified-since'] === changed) response.writeHead(304).end();
      else response.writeHead(200, { 'last-modified': changed }).end('index');
    }, 0);
    expect((await bench.get('/InRelease')).body).toBe('index');
    expect((await bench.get('/InRelease')).body).toBe('index');
    expect(bench.asked).toEqual(['/InRelease -', `/InRelease ${changed}`]);
  });

  it('does not ask for an index that is fresh, nor ever for one that is named by its hash', async () => {
    await started((_, response) => response.end('index'));
    for (const path of ['/InRelease', '/InRelease', '/by-hash/SHA256/abc', '/by-hash/SHA256/abc']) await bench.get(path);
    expect(bench.asked).toEqual(['/InRelease -', '/by-hash/SHA256/abc -']);
  });

  it('tells a client that its copy is current without sending it', async () => {
    await started((_, response) => response.writeHead(200, { 'last-modified': changed }).end('index'));
    await bench.get('/InRelease');
    expect(await bench.get('/InRelease', { 'if-modified-since': changed })).toMatchObject({ status: 304, body: '' });
  });

  it('serves what it has when the upstream is gone or fails, an index past its time included', async () => {
    await started((_, response) => response.writeHead(bench.asked.length === 1 ? 200 : 503).end('index'), 0);
    await bench.get('/InRelease');
    expect(await bench.get('/InRelease')).toMatchObject({ status: 200, body: 'index' });
    bench.stopUpstream();
    expect(await bench.get('/InRelease')).toMatchObject({ status: 200, body: 'index' });
    expect((await bench.get('/never-seen.deb')).status).toBe(502);
  });

  it('cuts the client off when the upstream breaks off, keeps nothing of it, and succeeds the next time', async () => {
    await started((_, response) => {
      response.writeHead(200, { 'content-length': 8 });
      if (bench.asked.length > 1) response.end('complete');
      else response.write('half', () => response.destroy());
    });
    expect(await bench.get('/pool/a.deb')).toMatchObject({ cut: true });
    expect(partials()).toEqual([]);
    expect(await bench.get('/pool/a.deb')).toMatchObject({ cut: false, body: 'complete' });
  });

  it('passes an error or a redirection on and keeps neither', async () => {
    await started((incoming, response) => {
      if (incoming.url === '/moved') response.writeHead(302, { location: 'http://other.example/x' }).end();
      else response.writeHead(404).end();
    });
    expect((await bench.get('/none.deb')).status).toBe(404);
    expect((await bench.get('/none.deb')).status).toBe(404);
    expect((await bench.get('/moved')).headers['location']).toBe('http://other.example/x');
    expect(bench.asked).toHaveLength(3);
  });

  it.each(['http://10.0.0.10/x', 'http://[::1]/x', 'http://127.0.0.1/x', 'http://a.localhost/x'])('refuses %s: hosts fetch by name, from the outside', async (url) => {
    await started((_, response) => response.end());
    expect((await ask(portOf(bench.proxy), url)).status).toBe(403);
    expect(bench.asked).toEqual([]);
  });

  it.each(['localhost:22', '10.0.0.10:443', 'example.org:80'])('refuses a tunnel to %s', async (path) => {
    await started((_, response) => response.end());
    const tunnel = request({ host: 'localhost', port: portOf(bench.proxy), method: 'CONNECT', path, agent: false });
    tunnel.end();
    const [answer] = (await once(tunnel, 'connect')) as [IncomingMessage];
    expect(answer.statusCode).toBe(403);
  });
});
