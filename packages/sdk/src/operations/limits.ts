import { Failure } from '../command/index.ts';
import type { Operation } from '../converge/index.ts';
import { file } from './file.ts';

/** A limit of login sessions (pam_limits). Services have theirs in their units. */
export interface Limit {
  /** A user, `@group`, or `*` for everybody but root. */
  readonly domain: string;
  /** Both when not said. */
  readonly type?: 'soft' | 'hard';
  /** `nofile`, `nproc`, `memlock` … */
  readonly item: string;
  readonly value: number | 'unlimited';
}

const path = '/etc/security/limits.d/99-keybuzz.conf';
const items = 'core data fsize memlock nofile rss stack cpu nproc as maxlogins maxsyslogins nonewprivs priority locks sigpending msgqueue nice rtprio chroot'.split(' ');

/** Sessions opened from now on have these limits. */
export function limits(entries: readonly Limit[], options: { file?: string } = {}): Operation {
  const lines = entries.map(({ domain, type = '-', item, value }) => {
    if (!/^[\w@*%:.-]+$/.test(domain)) throw new Failure('badConfig', `limits: ${domain} is neither a user, a @group nor *`);
    if (!items.includes(item)) throw new Failure('badConfig', `limits: there is no limit ${item}, wanted one of ${items.join(', ')}`);
    return `${domain}\t${type}\t${item}\t${value}`;
  });
  const written = file(options.file ?? path, ['# Written by keybuzz: edits here are overwritten.', ...lines, ''].join('\n'));
  return { ...written, title: `login sessions have the limits of ${options.file ?? path}` };
}
