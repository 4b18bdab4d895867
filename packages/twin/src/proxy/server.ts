import { createReadStream } from 'node:fs';
import { Agent, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, isIP } from 'node:net';
import { Download, ask } from './download.ts';
import { fileFor, isImmutable, keptFor, markChecked } from './store.ts';
import type { Kept } from './store.ts';

/** `freshFor` is in ms; `trusted` names hosts that are served although the rules would refuse them. */
export type ProxyOptions = { readonly folder: string; readonly freshFor?: number; readonly trusted?: readonly string[] };

const FIVE_MINUTES = 5 * 60_000;

/** A forward proxy that keeps what it fetched: a URL is downloaded once, and served from its file from then on. */
export function packageProxy(options: ProxyOptions): Server {
  const { folder, freshFor = FIVE_MINUTES, trusted = [] } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const underway = new Map<string, Promise<Download | undefined>>();
  let serial = 0;

  // Hosts may fetch by name from the outside; an address or the machine itself is not theirs to reach.
  const refused = (host: string): boolean => !trusted.includes(host) && (isIP(host.replace(/^\[|\]$/gu, '')) > 0 || /(^|\.)localhost$/u.test(host));

  /** Starts the one download of a URL; undefined means that the kept body is (or has to be) good enough. */
  async function refresh(url: URL, file: string, kept: Kept | undefined): Promise<Download | undefined> {
    const conditional: Record<string, string> = {};
    if (kept?.headers['last-modified']) conditional['if-modified-since'] = kept.headers['last-modified'];
    if (kept?.headers['etag']) conditional['if-none-match'] = kept.headers['etag'];
    const answer = await ask(url, agent, conditional).catch((error: unknown) => {
      if (kept) return undefined;
      throw error;
    });
    if (answer === undefined) return undefined;
    if (answer.statusCode === 200) return new Download(answer, file, ++serial);
    answer.resume();
    if (answer.statusCode === 304) markChecked(file);
    else if (!kept || (answer.statusCode ?? 500) < 500) throw new UpstreamStatus(answer);
    return undefined;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '');
    if (url?.protocol !== 'http:') return refuse(response, { status: 400, why: 'this is a forward proxy for http:// URLs, and for https with CONNECT' });
    if (request.method !== 'GET') return refuse(response, { status: 405, why: 'only GET is forwarded' });
    if (refused(url.hostname)) return refuse(response, { status: 403, why: `${url.hostname} may not be reached from the twin` });
    const file = fileFor(folder, url);
    const running = underway.get(file);
    if (running) return deliver(await running, file, { request, response });
    const kept = keptFor(file);
    if (kept && (isImmutable(url) || Date.now() - kept.checked < freshFor)) return sendKept(kept, request, response);
    const started = refresh(url, file, kept);
    underway.set(file, started);
    void forgetAfter(started, file);
    return deliver(await started, file, { request, response });
  }

  async function forgetAfter(started: Promise<Download | undefined>, file: string): Promise<void> {
    try {
      const download = await started;
      await download?.finished();
    } catch {
      // Whoever asked for it is told; here it only has to be forgotten.
    } finally {
      underway.delete(file);
    }
  }

  async function deliver(download: Download | undefined, file: string, to: { request: IncomingMessage; response: ServerResponse }): Promise<void> {
    if (await download?.sendTo(to.response)) return undefined;
    const kept = keptFor(file);
    if (kept) return sendKept(kept, to.request, to.response);
    return refuse(to.response, { status: 502, why: 'the kept copy has gone' });
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof UpstreamStatus) refuse(response, { status: error.status, why: error.message, location: error.location });
      else refuse(response, { status: 502, why: `the upstream cannot be reached: ${error instanceof Error ? error.message : String(error)}` });
    });
  });
  server.on('connect', (request: IncomingMessage, client, head: Buffer) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/u.exec(request.url ?? '') ?? [];
    if (port !== '443' || refused(host)) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\nonly port 443 of a named host\r\n');
    const upstream = connect(443, host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    client.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.on('close', () => agent.destroy());
  return server;
}

class UpstreamStatus extends Error {
  readonly status: number;
  readonly location: string | undefined;
  constructor(answer: IncomingMessage) {
    super(`the upstream answered ${answer.statusCode} ${answer.statusMessage}`);
    this.status = answer.statusCode ?? 502;
    this.location = answer.headers.location;
  }
}

function sendKept(kept: Kept, request: IncomingMessage, response: ServerResponse): void {
  const { file, size, headers } = kept;
  const modified = headers['last-modified'];
  if (modified !== undefined && Date.parse(request.headers['if-modified-since'] ?? '') >= Date.parse(modified)) {
    response.writeHead(304, { 'last-modified': modified }).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream', ...headers, 'content-length': size });
  createReadStream(file).on('error', () => response.destroy()).pipe(response);
}

function refuse(response: ServerResponse, answer: { status: number; why: string; location?: string | undefined }): void {
  const { status, why, location } = answer;
  response.writeHead(status, { 'content-type': 'text/plain', ...(location ? { location } : {}) }).end(`${why}\n`);
}
