import { existsSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './run.ts';

// The twin runs its own HAProxy; the package would start one on the machine itself, at once and at every boot.
const services = ['haproxy'] as const;
const apt = ['apt-get', '-y', '-qq', '-o', 'Dpkg::Use-Pty=0'];

/**
 * The packages are installed on this machine, and no service that came with them runs or will run at the next boot.
 * A mask and not `policy-rc.d`, which would hold back the machine's other packages too if this were cut off between.
 */
export async function installPackages(names: readonly string[], units = '/etc/systemd/system'): Promise<void> {
  const quiet = services.filter((name) => names.includes(name) && mask(unit(units, name)));
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, within: 600_000, next: `apt-get install --no-install-recommends ${names.join(' ')}` };
  try {
    await run([...apt, 'update'], options);
    await run([...apt, 'install', '--no-install-recommends', ...names], options);
  } finally {
    for (const name of quiet) rmSync(unit(units, name));
    // Enabled while masked, the package would start it at the next boot; without systemctl there is none to start it.
    if (quiet.length > 0) await run(['systemctl', 'disable', ...quiet], { okay: 'any' }).catch(() => {});
  }
}

/** Whether the unit is masked by us: a machine without systemd has nothing to mask, and what the owner put there stays. */
function mask(path: string): boolean {
  if (!existsSync(dirname(path)) || lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  symlinkSync('/dev/null', path);
  return true;
}

function unit(folder: string, name: string): string {
  return `${folder}/${name}.service`;
}
