import { createPool, Failure, fingerprint, pinHostKey, select } from '@keybuzz/sdk';
import { agreed } from '../ask.ts';
import { loadStack, knownHostsFile } from '../open.ts';
import { exit, type Options } from '../options.ts';

/** The keys that the hosts show now are pinned, each after the operator agreed to its fingerprint; with `replace`, instead of the old ones. */
export async function trustHosts(pattern: string, options: Options & { replace?: boolean }): Promise<number> {
  const hosts = select((await loadStack(options)).inventory, { name: pattern });
  if (hosts.length === 0) throw new Failure('badConfig', `${pattern} matches no host`, { next: 'keybuzz graph' });
  if (options.yes !== true && !process.stdin.isTTY) throw new Failure('badConfig', 'trusting a host without a terminal needs --yes', { next: 'compare the fingerprints first: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the host' });
  const pool = createPool({ knownHosts: knownHostsFile, pin: 'strict' });
  const keys = await Promise.allSettled(hosts.map((host) => pool.scanHostKey(host)));
  let failed = 0;
  for (const [i, host] of hosts.entries()) {
    const scanned = keys[i];
    if (scanned?.status !== 'fulfilled') {
      failed += 1;
      process.stderr.write(`${host.name}: ${scanned?.reason instanceof Error ? scanned.reason.message : 'no answer'}\n`);
      continue;
    }
    const shown = `${host.name} (${host.address}) shows ${scanned.value.type} ${fingerprint(scanned.value)}`;
    if (options.yes === true || (await agreed(`${shown}\nIs that its key? [y/N] `))) {
      pinHostKey(knownHostsFile, host, { key: scanned.value, replace: options.replace === true });
      process.stdout.write(`${shown}: pinned\n`);
    } else process.stdout.write(`${shown}: not pinned\n`);
  }
  await pool.close();
  return failed === 0 ? exit.done : exit.failed;
}
