import { posix } from 'node:path';
import { FileError, type Attributes, type FileInode, type Inode, type ReasonCode } from './inode.ts';

/** What a tree needs from the machine it belongs to. */
export interface TreeHost {
  /** Called before every change of state; it may throw, and then nothing changes. */
  readonly changing: () => void;
  readonly now: () => number;
}

/** The files of a fake machine: absolute paths to entries, symbolic links followed as a kernel does. */
export class Tree {
  umask = 0o022;
  #entries = new Map<string, Inode>();
  #asKernel = false;
  readonly #generated = new Map<string, () => string>();
  /** Answers that hold until entries come or go: what is asked for again and again in one command. */
  readonly #known = { real: new Map<string, string>(), names: new Map<string, readonly string[]>() };
  readonly #host: TreeHost;

  constructor(host: TreeHost) {
    this.#host = host;
    this.#entries.set('/', { type: 'directory', mode: 0o755, owner: 'root', group: 'root', mtime: 0 });
  }

  get entries(): ReadonlyMap<string, Inode> {
    return this.#entries;
  }

  /** The tree has exactly these entries, without counting as a change. */
  restore(entries: ReadonlyMap<string, Inode>): void {
    this.#entries = new Map(entries);
    this.#forget();
  }

  /** The path without symbolic links; the last component may be missing, and is followed unless told otherwise. */
  real(path: string, { call = 'open', follow = true } = {}): string {
    const found = this.#resolved(path, follow);
    if (typeof found !== 'string') throw new FileError(found.code, call, path);
    return found;
  }

  #resolved(path: string, follow: boolean): string | { readonly code: ReasonCode } {
    const asked = follow ? path : `${path}\0`;
    const known = this.#known.real.get(asked);
    if (known !== undefined) return known;
    const found = resolved(this.#entries, path, follow);
    if (typeof found === 'string') this.#known.real.set(asked, found);
    return found;
  }

  find(path: string, { follow = true } = {}): Inode | undefined {
    const found = this.#resolved(path, follow);
    return typeof found === 'string' ? this.#entries.get(found) : undefined;
  }

  get(path: string, { call = 'stat', follow = true } = {}): Inode {
    const entry = this.#entries.get(this.real(path, { call, follow }));
    if (entry === undefined) throw new FileError('ENOENT', call, path);
    return entry;
  }

  /** The file is made anew at each reading, as those of /proc are. */
  generate(path: string, content: () => string): void {
    this.asKernel(() => this.write(path, '', { mode: 0o444 }));
    this.#generated.set(path, content);
  }

  bytes(path: string): Uint8Array {
    const generated = this.#generated.get(path);
    if (generated !== undefined) return Buffer.from(generated());
    const entry = this.get(path, { call: 'open' });
    if (entry.type !== 'file') throw new FileError('EISDIR', 'read', path);
    return entry.bytes;
  }

  text(path: string): string {
    return Buffer.from(this.bytes(path)).toString('utf8');
  }

  /** The file's text, or nothing at all when there is no such file. */
  textIfAny(path: string): string {
    return this.find(path)?.type === 'file' ? this.text(path) : '';
  }

  names(path: string): string[] {
    const folder = this.real(path, { call: 'scandir' });
    const known = this.#known.names.get(folder);
    if (known !== undefined) return [...known];
    const entry = this.#entries.get(folder);
    if (entry === undefined) throw new FileError('ENOENT', 'scandir', path);
    if (entry.type !== 'directory') throw new FileError('ENOTDIR', 'scandir', path);
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const names: string[] = [];
    for (const each of this.#entries.keys()) {
      if (each.length > prefix.length && each.startsWith(prefix) && !each.includes('/', prefix.length)) names.push(each.slice(prefix.length));
    }
    names.sort();
    this.#known.names.set(folder, names);
    return [...names];
  }

  /** Every path at and below, parents first. */
  below(path: string): string[] {
    const root = this.real(path, { follow: false });
    return [...this.#entries.keys()].filter((each) => each === root || each.startsWith(root === '/' ? '/' : `${root}/`)).toSorted();
  }

  write(path: string, content: string | Uint8Array, attributes: Partial<Attributes> = {}): void {
    const real = this.real(path);
    const before = this.#entries.get(real);
    if (before?.type === 'directory') throw new FileError('EISDIR', 'open', path);
    if (before === undefined) this.#parent(real, 'open');
    const bytes = real.startsWith('/proc/sys/') ? kernelValue(content) : typeof content === 'string' ? Buffer.from(content, 'utf8') : Uint8Array.from(content);
    const kept = before ?? { mode: 0o666 & ~this.umask, owner: 'root', group: 'root' };
    this.#set(real, { type: 'file', bytes, mode: kept.mode, owner: kept.owner, group: kept.group, mtime: this.#host.now(), ...attributes } satisfies FileInode);
  }

  mkdir(path: string, { recursive = false, ...attributes }: Partial<Attributes> & { recursive?: boolean } = {}): void {
    const real = recursive ? posix.resolve('/', path) : this.real(path, { call: 'mkdir', follow: false });
    const before = this.find(real);
    if (before !== undefined) {
      if (recursive && before.type === 'directory') return;
      throw new FileError('EEXIST', 'mkdir', path);
    }
    if (recursive) this.mkdir(posix.dirname(real), { recursive });
    const at = this.real(real, { call: 'mkdir' });
    this.#parent(at, 'mkdir');
    this.#set(at, { type: 'directory', mode: 0o777 & ~this.umask, owner: 'root', group: 'root', mtime: this.#host.now(), ...attributes });
  }

  symlink(target: string, path: string): void {
    const real = this.real(path, { call: 'symlink', follow: false });
    if (this.#entries.has(real)) throw new FileError('EEXIST', 'symlink', path);
    this.#parent(real, 'symlink');
    this.#set(real, { type: 'symlink', target, mode: 0o777, owner: 'root', group: 'root', mtime: this.#host.now() });
  }

  /** Owner, group, mode or time of an entry. Nothing happens when they are so already. */
  attribute(path: string, wanted: Partial<Attributes>, { follow = true } = {}): void {
    const real = this.real(path, { call: 'chmod', follow });
    const entry = this.get(path, { call: 'chmod', follow });
    const after = { ...entry, ...wanted };
    if ((Object.keys(wanted) as (keyof Attributes)[]).some((key) => entry[key] !== after[key])) this.#set(real, after);
  }

  remove(path: string, { recursive = false, force = false } = {}): void {
    const entry = this.find(path, { follow: false });
    if (entry === undefined) {
      if (force) return;
      throw new FileError('ENOENT', 'rm', path);
    }
    const paths = this.below(path);
    if (paths.length > 1 && !recursive) throw new FileError('ENOTEMPTY', 'rm', path);
    for (const each of paths.toReversed()) this.#delete(each);
  }

  /** The entry has the new name at once, as rename(2) does. */
  rename(from: string, to: string): void {
    const source = this.real(from, { call: 'mv', follow: false });
    if (!this.#entries.has(source)) throw new FileError('ENOENT', 'mv', from);
    const target = this.real(to, { call: 'mv', follow: false });
    if (this.#entries.get(target)?.type === 'directory' && this.below(target).length > 1) throw new FileError('ENOTEMPTY', 'mv', to);
    this.#parent(target, 'mv');
    this.#host.changing();
    const moved = this.below(source);
    this.#forget();
    for (const each of moved) {
      const entry = this.#entries.get(each) as Inode;
      this.#entries.delete(each);
      this.#entries.set(target + each.slice(source.length), entry);
    }
  }

  /** The work may make files in /proc and /sys, as only the kernel can. */
  asKernel(work: () => void): void {
    this.#asKernel = true;
    try {
      work();
    } finally {
      this.#asKernel = false;
    }
  }

  #parent(path: string, call: string): void {
    const parent = this.#entries.get(posix.dirname(path));
    if (parent === undefined) throw new FileError('ENOENT', call, path);
    if (parent.type !== 'directory') throw new FileError('ENOTDIR', call, path);
    if (!this.#asKernel && /^\/(proc|sys)\//.test(path)) throw new FileError('ENOENT', call, path);
  }

  #set(path: string, entry: Inode): void {
    this.#host.changing();
    this.#forget(this.#entries.get(path), entry);
    this.#entries.set(path, entry);
  }

  #delete(path: string): void {
    this.#host.changing();
    this.#forget(this.#entries.get(path), undefined);
    this.#entries.delete(path);
  }

  /** A file that comes or goes alters how no other path is resolved; links and folders do. */
  #forget(before?: Inode, after?: Inode): void {
    if (before?.type === after?.type && before !== undefined) return;
    this.#known.names.clear();
    if ((before ?? after)?.type !== 'file' || (after ?? before)?.type !== 'file') this.#known.real.clear();
  }
}

/** The path without symbolic links among these entries, or why there is none. */
function resolved(entries: ReadonlyMap<string, Inode>, path: string, follow: boolean): string | { readonly code: ReasonCode } {
  let pending = posix.resolve('/', path).split('/').filter((part) => part !== '');
  let at = '/';
  for (let links = 0; pending.length > 0; ) {
    const [part, ...rest] = pending as [string, ...string[]];
    const next = at === '/' ? `/${part}` : `${at}/${part}`;
    const entry = entries.get(next);
    if (entry?.type === 'symlink' && (rest.length > 0 || follow)) {
      if ((links += 1) > 40) return { code: 'ELOOP' };
      pending = [...posix.resolve(at, entry.target).split('/').filter((each) => each !== ''), ...rest];
      at = '/';
      continue;
    }
    if (rest.length > 0 && entry === undefined) return { code: 'ENOENT' };
    if (rest.length > 0 && entry?.type === 'file') return { code: 'ENOTDIR' };
    at = next;
    pending = rest;
  }
  return at;
}

/** The kernel prints a setting of several numbers with tabs between them, however it was written. */
function kernelValue(content: string | Uint8Array): Uint8Array {
  const text = Buffer.from(content as string).toString('utf8').trim();
  return Buffer.from(`${/^-?\d+(\s+-?\d+)+$/.test(text) ? text.split(/\s+/).join('\t') : text}\n`);
}
