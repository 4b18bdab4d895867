import { existsSync } from 'node:fs';
import * as v from 'valibot';

const text = (description: string, value: string) => v.optional(v.pipe(v.string(), v.nonEmpty(), v.description(description)), value);
const flag = (description: string, value: boolean) => v.optional(v.pipe(v.boolean(), v.description(description)), value);
const count = (description: string, value: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description(description)), value);
const list = (description: string, value: string[]) => v.optional(v.pipe(v.array(v.string()), v.description(description)), value);

const pinned = (docker: { version?: string | undefined; containerd?: string | undefined }): boolean => docker.version !== undefined && docker.containerd !== undefined;

/** What can be said of the base system; every key has a default that suits a Hetzner server. */
export const config = v.strictObject({
  timezone: text('Time zone of every host, as in /usr/share/zoneinfo', 'Europe/Paris'),
  ntpServers: list('Time servers that systemd-timesyncd asks', ['ntp1.hetzner.de', 'ntp2.hetzner.com', 'ntp3.hetzner.net']),
  dns: v.optional(
    v.strictObject({
      owner: v.optional(v.pipe(v.picklist(['file', 'resolved']), v.description('Who owns /etc/resolv.conf: a plain file, or systemd-resolved')), 'file'),
      servers: list('Name servers, asked in this order; at most three', ['185.12.64.1', '185.12.64.2', '1.1.1.1']),
    }),
    {},
  ),
  packages: list('Packages wanted besides those this module needs', ['curl', 'wget', 'jq', 'unzip', 'gnupg', 'htop', 'net-tools', 'git', 'rsync']),
  sysctl: v.optional(v.pipe(v.record(v.string(), v.union([v.string(), v.number()])), v.description('Kernel settings that win over the defaults of this module')), {}),
  openFiles: count('Open files a login session may have (nofile); services have theirs in their units', 1_048_576),
  journal: v.optional(
    v.strictObject({ maxUse: text('SystemMaxUse of journald', '200M'), keepFree: text('SystemKeepFree of journald', '100M') }),
    {},
  ),
  ssh: v.optional(
    v.strictObject({
      port: count('Port that sshd listens on, the same for every host', 22),
      adminNetworks: list('Public networks, in CIDR notation, that may reach SSH; the private network always may', []),
      maxAuthTries: count('MaxAuthTries of sshd', 3),
      maxSessions: count('MaxSessions of sshd: channels on one connection', 4),
      tcpForwarding: flag('Whether SSH may tunnel TCP on every host; editors and database tools need it', false),
      tcpForwardingHosts: list('Names of the hosts that may tunnel although others may not: a jump host needs it', []),
    }),
    {},
  ),
  fail2ban: v.optional(
    v.strictObject({ banTime: text('How long an address is banned', '1h'), findTime: text('Window in which failures count', '10m'), maxRetry: count('Failures until a ban', 5) }),
    {},
  ),
  audit: flag('Whether auditd records changes of accounts, SSH and sudo', true),
  securityUpdates: v.optional(
    v.strictObject({
      enabled: flag('Whether security updates install themselves every day', true),
      exclude: list('Packages never updated unattended: a cluster restarts its members itself, one by one', [
        'postgresql', 'patroni', 'pgbouncer', 'haproxy', 'redis', 'valkey', 'rabbitmq-server', 'mariadb', 'galera', 'etcd', 'docker', 'containerd',
      ]),
    }),
    {},
  ),
  docker: v.optional(
    v.pipe(v.strictObject({
      source: v.optional(v.pipe(v.picklist(['distro', 'upstream', 'none']), v.description("docker.io of the distribution, Docker CE of Docker's repository, or no Docker")), 'distro'),
      version: v.optional(v.pipe(v.string(), v.description('Exact version or prefix such as `5:28.5.*`; required with `upstream`'))),
      containerd: v.optional(v.pipe(v.string(), v.description('Exact version or prefix of containerd.io, such as `1.7.27-1`; required with `upstream`'))),
      signingKey: v.optional(v.pipe(v.string(), v.description("File with the repository's signing key (ASCII armour), relative to the working folder; required with `upstream`"))),
      logMaxSize: text('Size at which a container log file is rotated', '20m'),
      logMaxFiles: count('Log files kept for one container', 3),
    }), v.check((docker) => docker.source !== 'upstream' || (pinned(docker) && existsSync(docker.signingKey ?? '')), 'version, containerd and signingKey, a file that is there, with source upstream: nothing floats')),
    {},
  ),
  firewall: v.optional(
    v.strictObject({
      foreign: v.optional(v.pipe(v.picklist(['keep', 'remove']), v.description('What happens to rules that nobody declared')), 'keep'),
    }),
    {},
  ),
});

export type BaseConfig = v.InferOutput<typeof config>;
