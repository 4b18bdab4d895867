import { existsSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './run.ts';

/** What packages would start on the machine itself, at once and at every boot: programs of ours run their own. */
const services: Readonly<Record<string, readonly string[]>> = { haproxy: ['haproxy.service'], 'openssh-server': ['ssh.service', 'ssh.socket'] };
// A machine that has just booted is often updating itself.
const apt = ['apt-get', '-y', '-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300'];

/**
 * The packages are installed on this machine, and no service that came with them runs or will run at the next boot.
 * A mask and not `policy-rc.d`, which would hold back the machine's other packages too if this were cut off between.
 */
export async function installPackages(names: readonly string[], units = '/etc/systemd/system'): Promise<void> {
  const quiet = names.flatMap((name) => services[name] ?? []).filter((name) => mask(`${units}/${name}`));
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, within: 900_000, next: `apt-get install --no-install-recommends ${names.join(' ')}` };
  try {
    await run([...apt, 'update'], options);
    await run([...apt, 'install', '--no-install-recommends', ...names], options);
  } finally {
    for (const name of quiet) rmSync(`${units}/${name}`);
    // Enabled while masked, the package would start it at the next boot; without systemctl there is none to start it.
    for (const name of quiet) await run(['systemctl', 'disable', name], { okay: 'any' }).catch(() => {});
  }
}

/** Whether the unit is masked by us: a machine without systemd has nothing to mask, and what the owner put there stays. */
function mask(path: string): boolean {
  if (!existsSync(dirname(path)) || lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  symlinkSync('/dev/null', path);
  return true;
}
