import { createHash } from 'node:crypto';

/**
 * A comment for a fragment with a `ca-file`, PEM: HAProxy reads an authority when it is reloaded, and it is reloaded for a
 * fragment that is another one.
 */
export function authorityLine(authority: string): string {
  return `# authority ${createHash('sha256').update(authority).digest('hex').slice(0, 16)}`;
}
