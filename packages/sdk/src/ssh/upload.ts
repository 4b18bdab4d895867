import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';
import { Failure, lastWords, type UploadTarget } from '../command/index.ts';
import type { Link } from './batch.ts';
import { connectionLost } from './channels.ts';
import type { Exchange } from './exchange.ts';
import { uploadBySftp } from './sftp.ts';
import { elevated, rootShell, shellRefused } from './shell.ts';
import { place } from './target.ts';
import { pieceSize, ready, uploadScript } from './upload-script.ts';

type Answer = 'go' | 'noGzip' | 'closed' | 'timedOut';

/** Milliseconds without a byte taken after which an upload is given up. */
const patience = 60_000;

/** The content stands at its path, whole, with owner and mode; or nothing changed. See Session.upload. */
export async function uploadFile(link: Link, source: Readable | Uint8Array, to: UploadTarget): Promise<void> {
  const { target, channels, options } = link;
  const shell = rootShell(target.user, { password: options.sudoPassword, script: uploadScript(to) });
  const exchange = await channels.open(shell.command);
  const { out } = exchange;
  try {
    await elevated(exchange, shell, { target, within: patience });
    const answer = await exchange.until<Answer>(() => (out.includes(ready.go) ? 'go' : out.includes(ready.noGzip) ? 'noGzip' : exchange.closed ? 'closed' : undefined), patience);
    if (answer === 'noGzip') return await uploadBySftp(link, source, to);
    if (answer === 'go') await send(exchange, { source: source instanceof Readable ? source : Readable.from([source]), to });
    const end = answer === 'timedOut' ? answer : await exchange.until(() => (exchange.closed ? answer : undefined), patience);
    if (exchange.ended !== 'exit 0') throw failed(link, { exchange, to, answer: end });
  } finally {
    if (!exchange.closed) exchange.abandon();
  }
}

/** The content, in pieces, as the script reads them; returns early when the host no longer listens. */
async function send(exchange: Exchange, { source, to }: { source: Readable; to: UploadTarget }): Promise<void> {
  const sum = createHash('sha256');
  // The fastest level: the networks this runs over are quicker than a better one.
  const gzip = createGzip({ level: 1, chunkSize: 128 * 1024 });
  const feeding = feed(source, { gzip, sum, onProgress: to.onProgress });
  feeding.catch((error: Error) => gzip.destroy(error));
  try {
    for await (const piece of pieces(gzip)) {
      if (!(await exchange.send(piece, patience))) return;
    }
    await exchange.send(`0 ${sum.digest('hex')}\n`, patience);
  } catch (error) {
    throw new Failure('failed', `the content of ${to.path} could not be read: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
    gzip.destroy();
  }
}

/** Each piece after a line with its length. */
async function* pieces(gzip: Gzip): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of gzip as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size < pieceSize) continue;
    yield Buffer.concat([Buffer.from(`${size}\n`), ...parts]);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat([Buffer.from(`${size}\n`), ...parts]);
}

async function feed(source: Readable, { gzip, sum, onProgress }: { gzip: Gzip; sum: Hash; onProgress: UploadTarget['onProgress'] }): Promise<void> {
  let sent = 0;
  for await (const chunk of source as AsyncIterable<string | Uint8Array>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    sum.update(bytes);
    sent += bytes.length;
    if (!gzip.write(bytes)) await once(gzip, 'drain');
    onProgress?.(sent);
  }
  gzip.end();
}

function failed({ target, transport }: Link, { exchange, to, answer }: { exchange: Exchange; to: UploadTarget; answer: Answer }): Failure {
  const host = target.name;
  const said = lastWords({ code: 1, stdout: '', stderr: exchange.err.text });
  if (transport.lost !== undefined) return connectionLost(target, { why: transport.lost, during: `while ${to.path} was uploaded; the file there is as it was` });
  if (answer === 'timedOut') return new Failure('timedOut', `${place(target)}: ${to.path} was not taken within ${patience / 1000} s; the file there is as it was`, { host });
  const folder = to.path.slice(0, to.path.lastIndexOf('/')) || '/';
  if (/No space left|Disk quota/i.test(said)) return new Failure('failed', `${place(target)}: no room for ${to.path}: ${said}; the file there is as it was`, { host, next: `ssh ${target.user}@${target.address} df -h ${folder}` });
  if (answer === 'closed' && /sudo/.test(exchange.err.text)) return shellRefused(target, { exchange });
  return new Failure('failed', `${place(target)}: ${to.path} could not be written (${exchange.ended ?? 'the channel was closed'}): ${said}`, { host });
}
