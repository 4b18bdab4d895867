import { unsafeBytesFromLatin1, type ByteString, type CpOptions, type FileContent, type FsStat, type IFileSystem, type MkdirOptions, type RmOptions } from 'just-bash';
import { posix } from 'node:path';
import { FileError, type Inode } from './inode.ts';
import type { Tree } from './tree.ts';

/**
 * The machine's tree as the in-memory shell sees it. The shell looks for programs in /usr/bin only: `elsewhere` says
 * where they really are, null for those that are part of the shell.
 */
export function treeFileSystem(tree: Tree, elsewhere: ReadonlyMap<string, string | null> = new Map()): IFileSystem {
  const at = (path: string): string => elsewhere.get(path) ?? path;
  const encodingOf = (options: unknown): BufferEncoding => (typeof options === 'string' ? options : ((options as { encoding?: string } | undefined)?.encoding ?? 'utf8')) as BufferEncoding;
  const bytesOf = (content: FileContent, options: unknown): Uint8Array => (typeof content === 'string' ? Buffer.from(content, encodingOf(options)) : content);
  const fs: Promised<IFileSystem> = {
    readFile: (path, options) => Buffer.from(tree.bytes(path)).toString(encodingOf(options)),
    readFileBytes: (path): ByteString => unsafeBytesFromLatin1(Buffer.from(tree.bytes(path)).toString('latin1')),
    readFileBuffer: (path) => Uint8Array.from(tree.bytes(path)),
    writeFile: (path, content, options) => (path === '/dev/null' ? undefined : tree.write(path, bytesOf(content, options))),
    appendFile: (path, content, options) => {
      if (path === '/dev/null') return;
      const before = tree.find(path)?.type === 'file' ? tree.bytes(path) : new Uint8Array();
      tree.write(path, Buffer.concat([before, bytesOf(content, options)]));
    },
    exists: (path) => elsewhere.get(path) === null || tree.find(at(path)) !== undefined,
    stat: (path) => (elsewhere.get(path) === null ? program : { ...statOf(tree.get(at(path), { call: 'stat' })), ...(tree.real(path) === '/dev/null' ? { isFile: false } : {}) }),
    lstat: (path) => statOf(tree.get(path, { call: 'lstat', follow: false })),
    mkdir: (path: string, options?: MkdirOptions) => tree.mkdir(path, { recursive: options?.recursive ?? false }),
    readdir: (path) => tree.names(path),
    rm: (path: string, options?: RmOptions) => tree.remove(path, options),
    cp: (from: string, to: string, options?: CpOptions) => copy(tree, { from, to, recursive: options?.recursive ?? false }),
    mv: (from, to) => tree.rename(from, to),
    chmod: (path, mode) => tree.attribute(path, { mode }),
    symlink: (target, path) => tree.symlink(target, path),
    link: (from, to) => tree.write(to, tree.bytes(from)),
    readlink: (path) => {
      const entry = tree.get(path, { call: 'readlink', follow: false });
      if (entry.type !== 'symlink') throw new FileError('EINVAL', 'readlink', path);
      return entry.target;
    },
    realpath: (path) => {
      tree.get(path, { call: 'realpath' });
      return tree.real(path, { call: 'realpath' });
    },
    utimes: (path, _accessed, modified) => tree.attribute(path, { mtime: modified.getTime() }),
    resolvePath: (base, path) => posix.resolve(base, path),
    getAllPaths: () => [...tree.entries.keys()],
  };
  const sync = new Set(['resolvePath', 'getAllPaths']);
  const promised = Object.entries(fs).map(([name, call]) => [name, sync.has(name) ? call : async (...args: never[]) => (call as (...args: never[]) => unknown)(...args)]);
  return Object.fromEntries(promised) as IFileSystem;
}

/** The interface with the promises taken off: everything here is in memory. */
type Promised<T> = { [K in keyof T]: T[K] extends ((...args: infer A) => Promise<infer R>) | undefined ? (...args: A) => R : T[K] };

const program: FsStat = { isFile: true, isDirectory: false, isSymbolicLink: false, mode: 0o755, size: 1, mtime: new Date(0) };

function statOf(entry: Inode): FsStat {
  return {
    isFile: entry.type === 'file',
    isDirectory: entry.type === 'directory',
    isSymbolicLink: entry.type === 'symlink',
    mode: entry.mode,
    size: entry.type === 'file' ? entry.bytes.length : entry.type === 'symlink' ? entry.target.length : 4096,
    mtime: new Date(entry.mtime),
  };
}

function copy(tree: Tree, { from, to, recursive }: { from: string; to: string; recursive: boolean }): void {
  const source = tree.real(from, { call: 'cp' });
  const entry = tree.get(from, { call: 'cp' });
  if (entry.type === 'directory' && !recursive) throw new FileError('EISDIR', 'cp', from);
  for (const each of tree.below(source)) {
    const inner = tree.get(each, { follow: false });
    const target = to + each.slice(source.length);
    if (inner.type === 'directory') tree.mkdir(target, { recursive: true, mode: inner.mode });
    else if (inner.type === 'symlink') tree.symlink(inner.target, target);
    else tree.write(target, inner.bytes, tree.find(target) === undefined ? { mode: inner.mode & ~tree.umask } : {});
  }
}
