import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { delimiter } from 'node:path';

/** The programs a twin needs and the Debian/Ubuntu package that brings each. */
export const requirements: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  'systemd-socket-activate': 'systemd',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  nft: 'nftables',
  haproxy: 'haproxy',
  nsenter: 'util-linux',
  'mkfs.ext4': 'e2fsprogs',
  'ssh-keygen': 'openssh-client',
};

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Whether this machine can run a twin; if not, what is missing (packages), why in one sentence, and what to type. */
export type MachineCheck = { readonly ok: true } | { readonly ok: false; readonly missing: string[]; readonly why: string; readonly next: string };

/** Says, without changing anything, whether a twin can run here. */
export async function checkMachine(): Promise<MachineCheck> {
  const no = (why: string, next: string, missing: string[] = []): MachineCheck => ({ ok: false, missing, why, next });
  if (process.platform !== 'linux') {
    return no('the twin needs a Linux machine with systemd-nspawn', 'run this on a Debian or Ubuntu machine or virtual machine, as root');
  }
  if (process.getuid?.() !== 0) return no('the twin makes namespaces and mounts, which needs root', 'run the same command with sudo');
  const missing = missingPackages();
  if (missing.length > 0) {
    return no(`the twin needs ${missing.join(', ')}`, `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`, missing);
  }
  if (!existsSync('/dev/loop-control')) return no('the disks of a twin need loop devices and /dev/loop-control is missing', 'modprobe loop');
  if (!/\bcgroup2?\b/u.test(readFileSync('/proc/mounts', 'utf8'))) {
    return no('the twin needs the cgroup file system', 'mount -t cgroup2 none /sys/fs/cgroup');
  }
  if (insideTwin()) return no("this shell is inside a twin's network", "leave it (exit) and run the command in the machine's own");
  return { ok: true };
}

/** The packages to install, each once, in the order of `requirements`. */
export function missingPackages(path: string = process.env['PATH'] ?? ''): string[] {
  // A login shell of a plain user may lack the sbin folders.
  const folders = [...path.split(delimiter), '/usr/sbin', '/sbin'];
  const missing = Object.entries(requirements)
    .filter(([program]) => !folders.some((folder) => existsSync(`${folder}/${program}`)))
    .map(([, name]) => name);
  if (!existsSync(KEYRING)) missing.push('debian-archive-keyring');
  return [...new Set(missing)];
}

function insideTwin(): boolean {
  const own = statSync('/proc/self/ns/net').ino;
  return existsSync('/run/netns') && readdirSync('/run/netns').some((name) => name.startsWith('kb-') && statSync(`/run/netns/${name}`).ino === own);
}
