import { readFileSync } from 'node:fs';
import { hostFolder } from '../host-paths.ts';
import { nspawn } from '../nspawn.ts';
import { run } from '../run.ts';
import { TwinError } from '../twin-error.ts';

// Reserved blocks take no space on the real machine; the last bytes that cannot be reserved are written.
const fill = 'fallocate -l "$(df --output=avail -B1 mnt | tail -n 1)" mnt/balloon; cat /dev/zero >mnt/balloon-rest; df --output=avail -B1 mnt | tail -n 1';
const empty = 'rm -f mnt/balloon mnt/balloon-rest';

/** The host's disk has no byte left. */
export async function fillDisk(name: string, host: string): Promise<void> {
  const folder = hostFolder(name, host);
  const inside = diskEntrance(name, host);
  if (!inside) throw new TwinError({ wanted: 'a full disk', seen: 'the host is off', host, next: 'keybuzz twin heal' });
  const { stdout } = await run([...inside, 'sh', '-c', `cd "${folder}" && { ${fill}; } 2>/dev/null`], { within: 120_000 });
  if (stdout.trim() !== '0') throw new TwinError({ wanted: 'no byte left on the disk', seen: `${stdout.trim()} left`, host, next: 'keybuzz twin heal' });
}

/** What `fillDisk` took is free again, whether the host runs or is off. */
export async function emptyDisk(name: string, host: string): Promise<void> {
  const folder = hostFolder(name, host);
  const inside = diskEntrance(name, host);
  if (inside) await run([...inside, 'sh', '-c', `cd "${folder}" && ${empty}`]);
  else await run(['unshare', '--mount', 'sh', '-c', `cd "${folder}" && mount -o loop disk mnt && ${empty}`]);
}

/** The words that enter the mounts of a running host's systemd-nspawn, the only place where its bare disk is seen. */
function diskEntrance(name: string, host: string): string[] | undefined {
  for (const pid of nspawn.processes(name, host)) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8') === 'systemd-nspawn\n') return ['nsenter', `--mount=/proc/${pid}/ns/mnt`];
    } catch {
      // It ended since the list was read.
    }
  }
  return undefined;
}
