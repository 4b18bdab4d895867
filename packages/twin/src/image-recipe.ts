import type { AptSources } from './apt-sources.ts';

/** The Debian releases a twin can run. */
export type Release = 'trixie' | 'bookworm';

/** Everything that decides what an image contains; the image's name carries its hash. */
export type Recipe = {
  readonly version: number;
  readonly release: Release;
  readonly sources: AptSources;
  readonly packages: readonly string[];
  readonly masked: readonly string[];
  readonly files: Readonly<Record<string, string>>;
};

/** What a Debian server of a cloud has on its first day, as far as it makes sense without a boot loader and a kernel. */
const packages = [
  'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'ca-certificates', 'iproute2', 'iputils-ping', 'procps',
  'python3', 'sudo', 'curl', 'kmod', 'netbase', 'tzdata', 'systemd-timesyncd', 'cron', 'logrotate',
] as const;

/** Units that act on the kernel all hosts share, or that only wake the machine for nothing. */
const masked = [
  'systemd-modules-load.service', 'systemd-udevd.service', 'systemd-udev-trigger.service', 'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount', 'dev-hugepages.mount', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer',
  'e2scrub_all.timer', 'fstrim.timer',
] as const;

// systemd-sysctl writes without cutting the file first, which the kernel does not mind but a plain file does:
// what is left of a longer old value is the second line, so the first is kept.
const keepFirstLines = `[Service]
ExecStartPost=/bin/sh -c 'for f in $$(cut -d" " -f5 /proc/self/mountinfo | grep ^/proc/sys/.*/ | sort -u); do [ -w $$f ] && read -r v <$$f && printf "%%s\\\\n" "$$v" >$$f; done; :'
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

/** The recipe of a release with the software sources of this machine. */
export function recipeOf(release: Release, sources: AptSources): Recipe {
  const stanza = (uri: string, suites: string): string =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
  return {
    version: 1,
    release,
    sources,
    packages,
    masked,
    files: {
      'etc/apt/sources.list.d/debian.sources': `${stanza(sources.main, `${release} ${release}-updates`)}\n${stanza(sources.security, `${release}-security`)}`,
      'etc/apt/apt.conf.d/02twin': 'Acquire::Languages "none";\n',
      'etc/dpkg/dpkg.cfg.d/02twin': 'force-unsafe-io\n',
      'etc/systemd/journald.conf.d/00-twin.conf': '[Journal]\nReadKMsg=no\n',
      'etc/systemd/system/systemd-sysctl.service.d/twin.conf': keepFirstLines,
      'etc/systemd/system/systemd-timesyncd.service.d/twin.conf': unableToSetClock,
      'etc/systemd/system/auditd.service.d/twin.conf': auditWithoutKernel,
      'etc/resolv.conf': 'nameserver 198.51.100.1\n',
      'etc/fstab': '',
      'etc/default/locale': 'LANG=C.UTF-8\n',
    },
  };
}
