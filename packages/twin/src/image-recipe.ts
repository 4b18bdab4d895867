import type { AptSources } from './apt-sources.ts';

/** The Debian releases a twin can run. */
export type Release = 'trixie' | 'bookworm';

/** Everything that decides what an image contains; the image's name carries its hash. */
export type Recipe = {
  readonly version: number;
  readonly release: Release;
  readonly sources: AptSources;
  readonly packages: readonly string[];
  /** Paths below /etc/systemd that lead to nothing. */
  readonly masked: readonly string[];
  readonly files: Readonly<Record<string, string>>;
};

/** What a Debian server of a cloud has on its first day, as far as it makes sense without a boot loader and a kernel. */
const packages = [
  'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'ca-certificates', 'iproute2', 'iputils-ping', 'procps',
  'python3', 'sudo', 'curl', 'kmod', 'netbase', 'tzdata', 'systemd-timesyncd', 'cron', 'logrotate',
] as const;

/** Units that act on the kernel all hosts share, or that only cost time where nobody sits at a console. */
const masked = [
  'systemd-modules-load.service', 'modprobe@.service', 'console-getty.service', 'systemd-udevd.service', 'systemd-udev-trigger.service',
  'sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'dev-hugepages.mount',
] as const;

// What systemd asks at every start and a server without boot loader, cryptography chip and console has no answer to:
// a seventh of the time it takes to boot.
const generators = ['debug', 'gpt-auto', 'hibernate-resume', 'rc-local', 'run', 'ssh', 'system-update', 'tpm2', 'getty'] as const;
const maskedGenerators = [
  ...generators.map((name) => `system-generators/systemd-${name}-generator`),
  'user-generators/systemd-xdg-autostart-generator',
];

// A host's kernel settings are plain files. systemd-sysctl writes without cutting a file first, and hexadecimals as they
// are, which the kernel does not mind; so what is left of a longer old value is removed, and numbers made decimal.
const settleSysctl = `#!/bin/sh
find /proc/sys/vm /proc/sys/fs /proc/sys/kernel -xdev -type f -newer /proc/swaps 2>/dev/null | while read -r file; do
  [ -w "$file" ] && read -r value <"$file" || continue
  case $value in 0x*) value=$((value)) ;; esac
  printf '%s\\n' "$value" >"$file"
done
`;

// The clock belongs to the real machine, so the right to set it is not given to hosts; the service itself runs.
const unableToSetClock = `[Unit]
ConditionVirtualization=
ConditionCapability=
[Service]
AmbientCapabilities=
CapabilityBoundingSet=
`;

// The kernel's audit channel answers only the real machine's own process namespace; the unit is there, nothing is recorded.
const auditWithoutKernel = `[Unit]
ConditionVirtualization=
ConditionKernelCommandLine=
[Service]
Type=exec
ExecStart=
ExecStart=/bin/sleep infinity
ExecStartPost=
PIDFile=
`;

// On a machine whose controllers are on cgroup version 1, a host gets them read-only; a kubelet writes to them.
const writableCgroups = `[Unit]
DefaultDependencies=no
Before=sysinit.target
ConditionPathExists=/sys/fs/cgroup/memory
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for at in /sys/fs/cgroup/*/; do mount -o remount,bind,rw $$at || :; done'
`;

/** The recipe of a release with the software sources of this machine. */
export function recipeOf(release: Release, sources: AptSources): Recipe {
  const stanza = (uri: string, suites: string): string =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
  return {
    version: 1,
    release,
    sources,
    packages,
    masked: [...masked.map((unit) => `system/${unit}`), ...maskedGenerators],
    files: {
      'etc/apt/sources.list.d/debian.sources': `${stanza(sources.main, `${release} ${release}-updates`)}\n${stanza(sources.security, `${release}-security`)}`,
      'etc/apt/apt.conf.d/02twin': 'Acquire::Languages "none";\n',
      'etc/dpkg/dpkg.cfg.d/02twin': 'force-unsafe-io\n',
      'etc/systemd/journald.conf.d/00-twin.conf': '[Journal]\nReadKMsg=no\n',
      'usr/lib/keybuzz-twin/settle-sysctl': settleSysctl,
      'etc/systemd/system/systemd-sysctl.service.d/twin.conf': '[Service]\nExecStartPost=/bin/sh /usr/lib/keybuzz-twin/settle-sysctl\n',
      'etc/systemd/system/systemd-timesyncd.service.d/twin.conf': unableToSetClock,
      'etc/systemd/system/auditd.service.d/twin.conf': auditWithoutKernel,
      'etc/systemd/system/audit-rules.service.d/twin.conf': '[Service]\nExecStart=\nExecStart=/bin/true\n',
      'etc/systemd/system/twin-cgroups.service': writableCgroups,
      'etc/systemd/system/sysinit.target.d/twin.conf': '[Unit]\nWants=twin-cgroups.service\n',
      'etc/resolv.conf': 'nameserver 198.51.100.1\n',
      'etc/fstab': '',
      'etc/locale.conf': 'LANG=C.UTF-8\n',
      'etc/default/locale': 'LANG=C.UTF-8\n',
    },
  };
}
