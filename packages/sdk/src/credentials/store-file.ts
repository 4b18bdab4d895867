import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../command/failure.ts';

/** One secret as it is kept. */
export interface Entry {
  readonly value: string;
  readonly createdAt: string;
  readonly rotatedAt?: string;
  /** The value before the last change, until an operator confirms the new one. */
  readonly previous?: string;
  /** How often it was rotated; nothing for never. */
  readonly rotations?: number;
  readonly origin: 'generated' | 'set' | 'imported';
  /** SHA-256 of the value this one was computed from. */
  readonly sourceDigest?: string;
}

/** Everything in a store, by name. */
export type Entries = Readonly<Record<string, Entry>>;

/** Where the encrypted file and the key that opens it are. */
export interface StoreKeys {
  readonly file: string;
  /** File with the age identity (AGE-SECRET-KEY-1…); made, mode 0600, when a store is first written. */
  readonly identityFile: string;
}

/** What the store holds; nothing when there is no file yet. Throws Failure `badConfig` when it cannot be opened, and never touches it then. */
export async function readEntries(keys: StoreKeys): Promise<Entries> {
  if (!existsSync(keys.file)) return {};
  const { Decrypter, armor } = await import('age-encryption');
  if (!existsSync(keys.identityFile)) throw unopened(keys, 'the identity file is not there');
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(readFileSync(keys.identityFile, 'utf8').trim());
    // As a stream: for anything else the library takes fetch's Response, which is longer to load than everything else here.
    const plain = await decrypter.decrypt(ReadableStream.from([armor.decode(readFileSync(keys.file, 'utf8'))]));
    const chunks: Uint8Array[] = [];
    for await (const chunk of plain) chunks.push(chunk);
    return (JSON.parse(Buffer.concat(chunks).toString('utf8')) as { secrets: Entries }).secrets;
  } catch (error) {
    throw unopened(keys, error instanceof Error ? error.message : String(error));
  }
}

/** The store holds exactly these entries, encrypted, written whole or not at all. */
export async function writeEntries(keys: StoreKeys, entries: Entries): Promise<void> {
  const { Encrypter, armor, generateIdentity, identityToRecipient } = await import('age-encryption');
  if (!existsSync(keys.identityFile)) writeWhole(keys.identityFile, `${await generateIdentity()}\n`);
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(readFileSync(keys.identityFile, 'utf8').trim()));
  writeWhole(keys.file, armor.encode(await encrypter.encrypt(JSON.stringify({ version: 1, secrets: entries }))));
}

function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}.part`;
  const handle = openSync(part, 'w', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, file);
}

function unopened({ file, identityFile }: StoreKeys, why: string): Failure {
  return new Failure('badConfig', `the secret store ${file} cannot be opened with the identity ${identityFile}: ${why}`, { next: `put the identity that the store was written with at ${identityFile}` });
}
