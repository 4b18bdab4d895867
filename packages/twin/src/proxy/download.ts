import { EventEmitter, once } from 'node:events';
import { closeSync, createWriteStream, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { keepHeaders } from './store.ts';

/** One body on its way from the upstream to a file; any number of clients read along from the growing file. */
export class Download {
  readonly #answer: IncomingMessage;
  readonly #partial: string;
  readonly #open: number;
  readonly #progress: EventEmitter = new EventEmitter().setMaxListeners(0);
  #users = 1;
  #written = 0;
  #ended: 'whole' | 'cut' | undefined;

  constructor(answer: IncomingMessage, file: string, serial: number) {
    this.#answer = answer;
    this.#partial = `${file}.partial-${process.pid}-${serial}`;
    mkdirSync(dirname(file), { recursive: true });
    this.#open = openSync(this.#partial, 'w+');
    const sink = createWriteStream('', { fd: this.#open, autoClose: false });
    answer.on('data', (chunk: Buffer) => {
      const more = sink.write(chunk, () => {
        this.#written += chunk.length;
        this.#progress.emit('more');
      });
      if (more) return;
      answer.pause();
      sink.once('drain', () => answer.resume());
    });
    answer.on('error', () => this.#end('cut'));
    sink.on('error', () => this.#end('cut'));
    answer.on('close', () => answer.complete || this.#end('cut'));
    answer.on('end', () =>
      sink.end(() => {
        const announced = answer.headers['content-length'];
        if (announced !== undefined && Number(announced) !== this.#written) return this.#end('cut');
        keepHeaders(file, this.#written, answer.headers);
        renameSync(this.#partial, file);
        this.#end('whole');
      }),
    );
  }

  /** Settles when the body is whole in its place, or has been cut and left nothing. */
  async finished(): Promise<void> {
    while (this.#ended === undefined) await once(this.#progress, 'more');
  }

  /** True when the client got the body (or was cut off because the upstream was); false when it came too late to read along. */
  async sendTo(response: ServerResponse): Promise<boolean> {
    if (this.#users === 0) return false;
    this.#users++;
    const { headers } = this.#answer;
    for (const name of ['content-type', 'content-length', 'last-modified']) {
      if (headers[name] !== undefined) response.setHeader(name, headers[name]);
    }
    response.flushHeaders();
    try {
      await this.#copy(response);
    } finally {
      this.#release();
    }
    return true;
  }

  async #copy(response: ServerResponse): Promise<void> {
    let sent = 0;
    while (!response.destroyed) {
      const chunk = Buffer.alloc(Math.min(256 * 1024, this.#written - sent));
      const size = chunk.length > 0 ? readSync(this.#open, chunk, 0, chunk.length, sent) : 0;
      sent += size;
      if (size > 0 && !response.write(chunk.subarray(0, size))) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (sent < this.#written) continue;
      if (this.#ended !== undefined) break;
      await once(this.#progress, 'more');
    }
    // A cut body ends as a cut connection: the client must not take it for whole.
    if (this.#ended === 'whole') response.end();
    else response.destroy();
  }

  #end(how: 'whole' | 'cut'): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    if (how === 'cut') rmSync(this.#partial, { force: true });
    this.#progress.emit('more');
    this.#release();
  }

  #release(): void {
    this.#users--;
    if (this.#users === 0) closeSync(this.#open);
  }
}

/** The upstream's answer to a GET, at its headers. */
export function ask(url: URL, agent: Agent, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { 'user-agent': 'keybuzz-twin', ...headers } }, resolve);
    request.setTimeout(30_000, () => request.destroy(new Error(`no answer from ${url.host} within 30 s`)));
    request.on('error', reject);
  });
}
