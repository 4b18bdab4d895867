import { readFileSync } from 'node:fs';
import { defineModule, directory, file, group, hostname, packages, perHost, serviceRunning, sh, swapOff, timezone, user, type Module, type Operation } from '@keybuzz/sdk';
import { strictObject } from 'valibot';

const config = strictObject({});

const content = (name: string): string => readFileSync(new URL(`peers/files/${name}`, import.meta.url), 'utf8');

const wanted = [
  'curl', 'gnupg', 'jq', 'htop', 'rsync', 'cron', 'logrotate', 'fail2ban', 'auditd', 'ufw', 'iptables', 'unattended-upgrades', 'ca-certificates', 'sudo',
];

/** The 23 base states that the benchmark gives to every tool; peers/site.yml and peers/deploy.py want the same. */
function states(name: string, hosts: string): readonly Operation[] {
  return [
    packages(wanted),
    timezone('Europe/Paris'), // the link and /etc/timezone
    hostname(name),
    file('/etc/hosts.bench', hosts),
    file('/etc/sysctl.d/90-bench.conf', content('sysctl.conf')),
    file('/etc/security/limits.d/90-bench.conf', content('limits.conf')),
    directory('/etc/systemd/journald.conf.d'),
    file('/etc/systemd/journald.conf.d/40-bench.conf', content('journald.conf')),
    file('/etc/ssh/sshd_config.d/90-bench.conf', content('sshd.conf'), { mode: 0o600, validate: (candidate) => sh`sshd -t -f ${candidate}` }),
    file('/etc/fail2ban/jail.d/bench.local', content('jail.local')),
    file('/etc/audit/rules.d/90-bench.rules', content('audit.rules'), { mode: 0o640 }),
    file('/etc/apt/apt.conf.d/19bench', content('20bench')),
    file('/etc/logrotate.d/bench', content('logrotate')),
    group('ops'),
    user({ name: 'deploy', groups: ['ops'], shell: '/bin/bash', createHome: true }),
    file('/etc/sudoers.d/deploy', content('sudoers'), { mode: 0o440, validate: (candidate) => sh`visudo -cf ${candidate}` }),
    directory('/opt/bench', { mode: 0o750 }),
    file('/opt/bench/env', content('env'), { mode: 0o600 }),
    swapOff(),
    serviceRunning('ssh'),
    serviceRunning('fail2ban'),
    serviceRunning('cron'),
  ];
}

/** The benchmark's states as a module of ours. */
export const benchStates: Module<typeof config> = defineModule({
  name: 'states',
  summary: 'The 23 base states that the benchmark gives to every tool.',
  requires: [],
  hosts: { query: 'all' },
  config,
  credentials: {},
  ports: [],
  install: perHost(async (host, { cluster }) => {
    await host.ensure(...states(host.name, hostsText(cluster.hosts)));
  }),
  configure: perHost(async () => {}),
  test: () => Promise.resolve([]),
  health: () => Promise.resolve([]),
});

/** A hosts file as the peers' templates write it. */
export function hostsText(hosts: readonly { name: string; address: string }[]): string {
  return ['127.0.0.1 localhost', ...hosts.map((h) => `${h.address} ${h.name}`), ''].join('\n');
}
