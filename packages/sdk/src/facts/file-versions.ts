import { createHash } from 'node:crypto';
import { sh, type Command } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** When a file was last written; links are followed, so a certificate behind a link counts with its own time. */
export interface FileVersion {
  readonly path: string;
  /** Seconds since 1970 with ten decimals, as `find` prints them; empty when nothing is there. */
  readonly modified: string;
  /** Where a link that leads nowhere points to. */
  readonly target: string;
}

/** When files were last written. One `find` for all of them. */
export const fileVersion: (path: string) => Fact<FileVersion> = reader<FileVersion>({
  name: 'file versions',
  command: (paths) => sh`find -L ${paths} -maxdepth 0 -printf '%p\0%T@\0%l\0'`,
  anyExit: true,
  parse: ({ stdout }, paths) => {
    const found = new Map<string, FileVersion>(paths.map((path) => [path, { path, modified: '', target: '' }]));
    const fields = stdout.split('\0');
    for (let at = 0; at + 3 < fields.length; at += 3) {
      const [path = '', modified = '', target = ''] = fields.slice(at, at + 3);
      found.set(path, { path, modified, target });
    }
    return found;
  },
});

/** Prints the fingerprint of the files as they are now. */
export function fingerprintCommand(paths: readonly string[]): Command {
  return sh`find -L ${paths} -maxdepth 0 -printf '%p %T@\n' 2>/dev/null | sha256sum | cut -c 1-64`;
}

/** What `fingerprintCommand` prints when the files are at these versions. */
export function fingerprint(versions: readonly FileVersion[]): string {
  const lines = versions.filter(({ modified }) => modified !== '').map(({ path, modified }) => `${path} ${modified}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Nanoseconds since 1970. */
export function nanoseconds(modified: string): bigint {
  const [seconds = '0', decimals = ''] = modified.split('.');
  return BigInt(seconds) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0').slice(0, 9));
}
