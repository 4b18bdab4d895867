import { loadUfw } from '../programs/firewall.ts';
import { sshdSettings } from '../programs/services.ts';
import type { Catalog, CatalogUnit, Socket } from './catalog.ts';
import type { Machine } from './machine.ts';

const sshdConfig = `Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
`;

const emptyRules = (prefix: string): string => `*filter\n${['input', 'output', 'forward'].map((d) => `:${prefix}-user-${d} - [0:0]\n`).join('')}### RULES ###\nCOMMIT\n`;

/** A refusal when the file is there and is not JSON. */
const unlessJson = (path: string) => ({ tree }: Machine): string | undefined => {
  try {
    if (tree.find(path) !== undefined) JSON.parse(tree.text(path));
    return undefined;
  } catch (error) {
    return `unable to configure the daemon with file ${path}: ${(error as Error).message}`;
  }
};

function sshSockets(machine: Machine): readonly Socket[] {
  return [{ protocol: 'tcp', port: Number(sshdSettings(machine).get('port')) }];
}

function sshRefuses(machine: Machine): string | undefined {
  try {
    sshdSettings(machine);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const service = (name: string, about: Omit<CatalogUnit, 'name'> = {}): CatalogUnit => ({ name: `${name}.service`, ...about });

/** A package of plain programs. */
const tools = (...programs: string[]): { programs: string[] } => ({ programs });

/** What a machine of the fake fleet has from its image on. */
export const preinstalled: Catalog = {
  systemd: {
    units: [
      service('systemd-journald', { install: 'static', reads: ['/etc/systemd/journald.conf', '/etc/systemd/journald.conf.d'] }),
      service('systemd-logind', { install: 'static' }),
      service('systemd-udevd', { install: 'static' }),
    ],
    files: { '/etc/systemd/journald.conf': '[Journal]\n', '/etc/systemd/timesyncd.conf': '[Time]\n' },
  },
  apt: { units: [{ name: 'apt-daily.timer' }, { name: 'apt-daily-upgrade.timer' }] },
  dpkg: {},
  sudo: { files: { '/etc/sudoers': { content: 'root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n', mode: 0o440 } } },
  'openssh-server': {
    files: { '/etc/ssh/sshd_config': sshdConfig },
    folders: ['/etc/ssh/sshd_config.d', '/run/sshd'],
    units: [service('ssh', { aliases: ['sshd.service'], reads: ['/etc/ssh/sshd_config', '/etc/ssh/sshd_config.d'], reloads: true, listens: sshSockets, refuses: sshRefuses })],
  },
  cron: { units: [service('cron')] },
  'ca-certificates': { files: { '/etc/ssl/certs/ca-certificates.crt': 'certificates\n' } },
  tzdata: {},
};

/** What it can install besides. */
export const archive: Catalog = {
  ...preinstalled,
  iptables: {},
  ufw: {
    depends: ['iptables'],
    files: {
      '/etc/default/ufw': 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\nDEFAULT_APPLICATION_POLICY="SKIP"\nMANAGE_BUILTINS=no\n',
      '/etc/ufw/ufw.conf': 'ENABLED=no\nLOGLEVEL=low\n',
    },
    makes: { '/etc/ufw/user.rules': { content: emptyRules('ufw'), mode: 0o640 }, '/etc/ufw/user6.rules': { content: emptyRules('ufw6'), mode: 0o640 } },
    units: [service('ufw', { started: (machine) => void (/^ENABLED=yes/m.test(machine.tree.text('/etc/ufw/ufw.conf')) && loadUfw(machine)) })],
  },
  fail2ban: {
    files: { '/etc/fail2ban/jail.conf': '[DEFAULT]\n', '/etc/fail2ban/fail2ban.conf': '[Definition]\n' },
    units: [service('fail2ban', { reads: ['/etc/fail2ban'], reloads: true })],
  },
  'python3-systemd': {},
  logrotate: { files: { '/etc/logrotate.conf': 'weekly\nrotate 4\ninclude /etc/logrotate.d\n' }, units: [{ name: 'logrotate.timer' }] },
  auditd: {
    files: { '/etc/audit/auditd.conf': { content: 'log_file = /var/log/audit/audit.log\n', mode: 0o640 } },
    folders: ['/etc/audit/rules.d'],
    units: [service('auditd', { reads: ['/etc/audit'], reloads: true })],
  },
  'systemd-timesyncd': { units: [service('systemd-timesyncd', { reads: ['/etc/systemd/timesyncd.conf', '/etc/systemd/timesyncd.conf.d'], user: 'systemd-timesync' })], users: [{ name: 'systemd-timesync' }] },
  chrony: { files: { '/etc/chrony/chrony.conf': 'pool 2.debian.pool.ntp.org iburst\n' }, users: [{ name: '_chrony' }], units: [service('chrony', { reads: ['/etc/chrony'] })] },
  'systemd-resolved': {
    files: { '/etc/systemd/resolved.conf': '[Resolve]\n' },
    users: [{ name: 'systemd-resolve' }],
    units: [
      service('systemd-resolved', {
        reads: ['/etc/systemd/resolved.conf', '/etc/systemd/resolved.conf.d'],
        user: 'systemd-resolve',
        listens: () => (['tcp', 'udp'] as const).map((protocol) => ({ protocol, port: 53, address: '127.0.0.53', user: 'systemd-resolve' })),
      }),
    ],
  },
  'unattended-upgrades': {
    files: { '/etc/apt/apt.conf.d/50unattended-upgrades': 'Unattended-Upgrade::Origins-Pattern { };\n' },
    // debconf writes it; --force-confold keeps an administrator's.
    makes: { '/etc/apt/apt.conf.d/20auto-upgrades': 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n' },
    units: [service('unattended-upgrades')],
  },
  containerd: { units: [service('containerd')] },
  'docker.io': {
    depends: ['containerd', 'iptables'],
    groups: ['docker'],
    units: [service('docker', { reads: ['/etc/docker/daemon.json'], reloads: true, refuses: unlessJson('/etc/docker/daemon.json') })],
  },
  'docker-cli': {},
  curl: tools('curl'), wget: tools('wget'), jq: tools('jq'), unzip: tools('unzip'), gnupg: tools('gpg'), htop: tools('htop'), 'net-tools': tools('netstat'), git: tools('git'), rsync: tools('rsync'),
  'apt-transport-https': {}, 'software-properties-common': {}, vim: tools('vim'), tmux: tools('tmux'), lsof: tools('lsof'), dnsutils: tools('dig'), xfsprogs: tools('/usr/sbin/mkfs.xfs'),
  openssl: tools('openssl'), acl: tools('setfacl'), bash: {}, iproute2: {}, needrestart: {}, nftables: tools('/usr/sbin/nft'),
};
