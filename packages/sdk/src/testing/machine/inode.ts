/** One entry of a fake machine's file system; never altered in place, so that a snapshot shares it. */
export type Inode = FileInode | DirectoryInode | LinkInode;

export interface Attributes {
  /** Permission bits, set-id and sticky bits included. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Milliseconds since the epoch, of the machine's own clock. */
  readonly mtime: number;
}

export interface FileInode extends Attributes {
  readonly type: 'file';
  readonly bytes: Uint8Array;
}

export interface DirectoryInode extends Attributes {
  readonly type: 'directory';
}

export interface LinkInode extends Attributes {
  readonly type: 'symlink';
  readonly target: string;
}

/** A failed system call, worded as Node and the shell expect it. */
export class FileError extends Error {
  readonly code: string;

  constructor(code: ReasonCode, call: string, path: string) {
    super(`${code}: ${reasons[code]}, ${call} '${path}'`);
    this.name = 'FileError';
    this.code = code;
  }
}

const reasons = {
  EACCES: 'permission denied',
  EEXIST: 'file already exists',
  EINVAL: 'invalid argument',
  EISDIR: 'illegal operation on a directory',
  ELOOP: 'too many levels of symbolic links',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EROFS: 'read-only file system',
} as const;

/** The reasons for which a call on a file fails. */
export type ReasonCode = keyof typeof reasons;
