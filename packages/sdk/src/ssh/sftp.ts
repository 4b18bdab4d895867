import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SFTPWrapper } from 'ssh2';
import { Failure, lastWords, sh, type UploadTarget } from '../command/index.ts';
import { runBatch, type Link } from './batch.ts';
import { place } from './target.ts';
import { adoptScript } from './upload-script.ts';

/** The same promise as by gzip, for a host without gzip: SFTP to a private file, then checked and put in place by a script. */
export async function uploadBySftp(link: Link, source: Readable | Uint8Array, to: UploadTarget): Promise<void> {
  const { target } = link;
  const file = await privateFile(link);
  const sum = createHash('sha256');
  const sftp = await open(link);
  try {
    let sent = 0;
    const counted = async function* (content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of content) {
        sum.update(chunk);
        sent += chunk.length;
        yield chunk;
        to.onProgress?.(sent);
      }
    };
    await pipeline(source instanceof Readable ? source : Readable.from([source]), counted, sftp.createWriteStream(file, { mode: 0o600 }));
  } catch (error) {
    await runBatch(link, [sh`rm -f ${file}`], {});
    throw new Failure('failed', `${place(target)}: ${to.path} could not be sent by SFTP: ${(error as Error).message}`, { host: target.name, cause: error });
  } finally {
    sftp.end();
  }
  const [adopted] = await runBatch(link, [sh`sh -c ${adoptScript(file, to, sum.digest('hex'))}`], {});
  if (adopted?.code !== 0) {
    await runBatch(link, [sh`rm -f ${file}`], {});
    throw new Failure('failed', `${place(target)}: ${to.path} could not be written: ${adopted === undefined ? '' : lastWords(adopted)}`, { host: target.name, result: adopted });
  }
}

/** An empty file that the login user alone may write, whose folder nobody else can take it from. */
async function privateFile(link: Link): Promise<string> {
  const { target } = link;
  const [made] = await runBatch(link, [sh`umask 077; file=$(mktemp /var/tmp/kb-upload.XXXXXXXX) && chown ${target.user} "$file" && echo "$file"`], {});
  if (made?.code !== 0) throw new Failure('failed', `${place(target)}: no room for an upload in /var/tmp: ${made === undefined ? '' : lastWords(made)}`, { host: target.name });
  return made.stdout.trim();
}

function open({ transport, target }: Link): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    transport.client.sftp((error, sftp) => {
      if (error === undefined) return resolve(sftp);
      reject(new Failure('failed', `${place(target)} has neither gzip nor an SFTP server: ${error.message}`, { host: target.name, next: `ssh ${target.user}@${target.address} apt-get install gzip` }));
    });
  });
}
