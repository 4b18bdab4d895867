import { asFailure, Failure, fingerprint, knownKeys, pinHostKey, select, type Host, type HostKey } from '@keybuzz/sdk';
import { agreed } from '../ask.ts';
import { loadStack } from '../load-stack.ts';
import { twinOf } from '../open.ts';
import { exit, type Options } from '../options.ts';
import { reach } from '../reach.ts';
import { errorText } from '../show/error.ts';

type TrustWords = Options & { readonly replace?: boolean };

/** The keys that the hosts show now are pinned, each after the operator agreed to its fingerprint; with `replace`, instead of the old ones. */
export async function trustHosts(pattern: string, options: TrustWords): Promise<number> {
  const stack = await loadStack(options);
  const twin = twinOf(options);
  const hosts = select(stack.inventory, { name: pattern }).filter((host) => twin?.hosts.some((h) => h.name === host.name) ?? true);
  if (hosts.length === 0) throw new Failure('badConfig', `${pattern} matches no host`, { next: 'keybuzz graph' });
  if (options.yes !== true && !process.stdin.isTTY) throw new Failure('badConfig', 'trusting a host without a terminal needs --yes', { next: 'compare the fingerprints first: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the host' });
  const { knownHosts, pool } = await reach(stack, twin, { ask: options.yes !== true, askSudo: false });
  const shown = await Promise.allSettled(hosts.map((host) => pool.scanHostKey(host)));
  await pool.close();
  let failed = 0;
  for (const [i, host] of hosts.entries()) {
    try {
      const key = shown[i];
      if (key?.status !== 'fulfilled') throw asFailure(key?.reason);
      process.stdout.write(`${await trusted(host, key.value, { file: knownHosts, options })}\n`);
    } catch (error) {
      failed += 1;
      process.stderr.write(errorText(error));
    }
  }
  return failed === 0 ? exit.done : exit.failed;
}

/** What became of the key. Throws Failure `hostKeyChanged` when another one is pinned and may not be replaced. */
async function trusted(host: Host, key: HostKey, { file, options }: { file: string; options: TrustWords }): Promise<string> {
  const shown = `${host.name} (${host.address}) shows ${key.type} ${fingerprint(key)}`;
  const pinned = knownKeys(file, host).filter((known) => !known.revoked);
  if (pinned.some((known) => known.key === key.key)) return `${shown}: pinned already`;
  const replace = options.replace === true;
  // Before the question: what may not be pinned is not worth one.
  if (pinned.length > 0 && !replace) pinHostKey(file, host, { key });
  const instead = pinned.length === 0 ? '' : `\ninstead of ${pinned.map((known) => `${known.type} ${fingerprint(known)}`).join(', ')}`;
  if (options.yes !== true && !(await agreed(`${shown}${instead}\nIs that its key? [y/N] `))) return `${shown}: not pinned`;
  pinHostKey(file, host, { key, replace });
  return `${shown}: pinned`;
}
