import type { Machine } from './machine.ts';
import { kernelDefaults } from './kernel-defaults.ts';

/** The releases a fake machine can run. */
export const releases = {
  'debian-12': { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12 (bookworm)', kernel: '6.1.0-28-amd64' },
  'debian-13': { id: 'debian', version: '13', codename: 'trixie', name: 'Debian GNU/Linux 13 (trixie)', kernel: '6.12.48+deb13-amd64' },
  'ubuntu-22.04': { id: 'ubuntu', version: '22.04', codename: 'jammy', name: 'Ubuntu 22.04.5 LTS', kernel: '5.15.0-130-generic' },
  'ubuntu-24.04': { id: 'ubuntu', version: '24.04', codename: 'noble', name: 'Ubuntu 24.04.1 LTS', kernel: '6.8.0-51-generic' },
} as const;

export type Release = keyof typeof releases;

const folders = [
  '/boot', '/dev', '/dev/.shell', '/etc/apt/apt.conf.d', '/etc/apt/keyrings', '/etc/apt/preferences.d', '/etc/apt/sources.list.d', '/etc/cron.d', '/etc/default', '/etc/logrotate.d',
  '/etc/modules-load.d', '/etc/modprobe.d', '/etc/profile.d', '/etc/security/limits.d', '/etc/sudoers.d', '/etc/sysctl.d', '/etc/systemd/system/multi-user.target.wants', '/etc/systemd/journald.conf.d', '/etc/tmpfiles.d',
  '/home', '/opt', '/proc/net', '/proc/self', '/proc/sys', '/run/lock', '/run/systemd/system', '/srv', '/sys/class/dmi/id', '/sys/devices/system/cpu', '/sys/module',
  '/usr/bin', '/usr/sbin', '/usr/lib/systemd/system', '/usr/lib/sysctl.d', '/usr/local/bin', '/usr/local/sbin', '/usr/share/keyrings', '/usr/share/zoneinfo/Europe', '/usr/share/zoneinfo/Etc',
  '/var/cache/apt/archives', '/var/lib/apt/lists', '/var/lib/dpkg', '/var/lib/systemd', '/var/log', '/var/tmp',
];

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  'systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin',
];

const group = ['root:x:0:', 'daemon:x:1:', 'adm:x:4:', 'tty:x:5:', 'disk:x:6:', 'sudo:x:27:', 'www-data:x:33:', 'shadow:x:42:', 'users:x:100:', 'systemd-journal:x:999:', 'systemd-network:x:998:', 'nogroup:x:65534:'];

/** The files of a machine fresh from its image, before any package of the table is in it. */
export function plantTree(machine: Machine, about: { name: string; release: Release; container: boolean }): void {
  const { tree } = machine;
  const { id, version, codename, name, kernel } = releases[about.release];
  tree.asKernel(() => {
    for (const each of folders) tree.mkdir(each, { recursive: true });
    for (const [path, mode] of [['/tmp', 0o1777], ['/var/tmp', 0o1777], ['/root', 0o700], ['/root/.ssh', 0o700]] as const) {
      tree.mkdir(path, { recursive: true });
      tree.attribute(path, { mode });
    }
    for (const link of ['bin', 'sbin', 'lib']) tree.symlink(`usr/${link}`, `/${link}`);
    const files: Readonly<Record<string, string>> = {
      '/dev/null': '',
      '/etc/os-release': `PRETTY_NAME="${name}"\nNAME="${id}"\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\nID=${id}\n`,
      '/etc/hostname': 'localhost\n',
      '/etc/hosts': '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n',
      '/etc/passwd': `${passwd.join('\n')}\n`,
      '/etc/group': `${group.join('\n')}\n`,
      '/etc/resolv.conf': 'nameserver 185.12.64.1\n',
      '/etc/timezone': 'Etc/UTC\n',
      '/etc/fstab': '# <file system> <mount point> <type> <options> <dump> <pass>\nUUID=4d1c1d4e-5e0b-4f0e-8b0e-000000000001 / ext4 errors=remount-ro 0 1\n/swapfile none swap sw 0 0\n',
      '/etc/sysctl.conf': '# System-wide settings.\n',
      '/etc/apt/sources.list': '',
      '/etc/modules': '# One module a line.\n',
      '/etc/security/limits.conf': '# End of file\n',
      '/proc/modules': '',
      '/proc/meminfo': 'MemTotal:        3911908 kB\nMemFree:         2911908 kB\nMemAvailable:    3311908 kB\n',
      '/proc/cpuinfo': 'processor\t: 0\nprocessor\t: 1\n',
      '/sys/class/dmi/id/sys_vendor': 'Hetzner\n',
      '/sys/class/dmi/id/product_name': 'vServer\n',
      '/sys/devices/system/cpu/online': '0-1\n',
      '/root/.ssh/authorized_keys': '',
      '/swapfile': 'swap',
      [`/lib/modules/${kernel}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\n',
    };
    for (const [path, content] of Object.entries(files)) {
      tree.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
      tree.write(path, content);
    }
    tree.write('/etc/shadow', passwd.map((line) => `${line.split(':')[0]}:*:20000:0:99999:7:::\n`).join(''), { mode: 0o640, group: 'shadow' });
    tree.attribute('/swapfile', { mode: 0o600 });
    tree.write('/etc/machine-id', `${Buffer.from(about.name.padEnd(16, '.')).toString('hex').slice(0, 32)}\n`, { mode: 0o444 });
    for (const zone of ['Europe/Paris', 'Europe/Berlin', 'Etc/UTC', 'UTC']) tree.write(`/usr/share/zoneinfo/${zone}`, `TZif2 ${zone}`);
    tree.symlink('/usr/share/zoneinfo/Etc/UTC', '/etc/localtime');
    if (about.container) {
      tree.mkdir('/run/systemd', { recursive: true });
      tree.write('/run/systemd/container', 'systemd-nspawn\n');
    }
    plantKernel(machine, kernel);
  });
}

/** The kernel's settings are those it starts with. */
export function plantKernel({ tree }: Machine, kernel = tree.names('/lib/modules').at(-1) ?? ''): void {
  tree.asKernel(() => {
    for (const [key, value] of Object.entries({ ...kernelDefaults, 'kernel.osrelease': kernel, 'kernel.hostname': tree.textIfAny('/etc/hostname').trim() })) {
      const path = `/proc/sys/${key.replaceAll(/[./]/g, (each) => (each === '.' ? '/' : '.'))}`;
      tree.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
      tree.write(path, `${value}\n`, { mode: 0o644 });
    }
  });
}
