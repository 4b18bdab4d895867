import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { packageProxy } from '../../src/proxy/server.ts';

/** An answer as a client of the proxy sees it; `cut` says that the connection ended before the body did. */
export type Answer = { readonly status: number; readonly body: string; readonly headers: IncomingHttpHeaders; readonly cut: boolean };

/** A web server on this machine, and a proxy with an empty cache that may reach it. */
export class Bench {
  readonly folder: string = mkdtempSync(`${tmpdir()}/proxy-`);
  readonly asked: string[] = [];
  readonly upstream: Server;
  readonly proxy: Server;
  #port = 0;

  constructor(listener: RequestListener, freshFor: number) {
    this.upstream = createServer((incoming, response) => {
      this.asked.push(`${incoming.url} ${incoming.headers['if-modified-since'] ?? '-'}`);
      listener(incoming, response);
    });
    this.proxy = packageProxy({ folder: this.folder, freshFor, trusted: ['localhost'] });
  }

  async start(): Promise<this> {
    for (const server of [this.upstream, this.proxy]) await once(server.listen(0, 'localhost'), 'listening');
    this.#port = portOf(this.upstream);
    return this;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(portOf(this.proxy), `http://localhost:${this.#port}${path}`, headers);
  }

  stopUpstream(): void {
    this.upstream.closeAllConnections();
    this.upstream.close();
  }

  stop(): void {
    this.stopUpstream();
    this.proxy.closeAllConnections();
    this.proxy.close();
  }
}

/** The port a started server got. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** What a proxy on the port answers to a request for an absolute URL. */
export function ask(port: number, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: 'localhost', port, path: url, headers, agent: false }, (response) => {
      let body = '';
      const end = (cut: boolean): void => resolve({ status: response.statusCode ?? 0, body, headers: response.headers, cut });
      response.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => end(false)).on('error', () => end(true));
    });
    outgoing.on('error', reject).end();
  });
}
