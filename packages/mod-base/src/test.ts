import { type Command, listening, met, notYet, type OpenHost, type Proof, proof, type Scope, sh } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';
import { onlyDeclaredIsPublic, tryPort } from './exposure.ts';
import { sshOn } from './sshd.ts';
import { effectiveSshd, sshdDeviations } from './sshd-effective.ts';

type BaseScope = Scope<BaseConfig, string>;

/** Proofs that the base holds, as seen from the controller and between hosts; nothing is left behind. */
export async function proofs(scope: BaseScope): Promise<readonly Proof[]> {
  const answers = await Promise.all(scope.cluster.hosts.map((host) => hostProofs(host, scope)));
  return answers.flat();
}

async function hostProofs(host: OpenHost, scope: BaseScope): Promise<readonly Proof[]> {
  const { config, inventory, cluster } = scope;
  const names = cluster.hosts.map((h) => h.name);
  return Promise.all([
    proof({ title: 'sshd takes keys only', host: host.name }, async () => {
      const deviations = sshdDeviations((await host.read([effectiveSshd]))(effectiveSshd), sshOn(host.name, config.ssh));
      return { holds: deviations.length === 0, seen: deviations.join('; ') };
    }),
    proof({ title: 'knows every host of the stack by name', host: host.name }, async () => {
      const { stdout } = await host.run(sh`for name in ${names}; do getent ahostsv4 "$name" | head -n 1; done`);
      const known = stdout.split('\n').filter((line) => inventory.hosts.some((h) => line.startsWith(`${h.address} `))).length;
      return { holds: known === names.length, seen: `${known} of ${names.length}` };
    }),
    proof({ title: 'a port nobody declared is closed', host: host.name }, () => undeclaredPort(host)),
    proof({ title: 'the Internet reaches declared ports only (TCP)', host: host.name }, () => onlyDeclaredIsPublic(host, scope)),
    proof({ title: 'fail2ban watches sshd', host: host.name }, () => succeeds(host, sh`fail2ban-client status sshd >/dev/null`)),
    ...(config.docker.source === 'none' ? [] : [proof({ title: 'Docker keeps containers over a restart, bounds their logs, and publishes ports on the private address only', host: host.name }, () => docker(host, config))]),
  ]);
}

async function succeeds(host: OpenHost, command: Command): Promise<{ holds: boolean; seen: string }> {
  await host.run(command);
  return { holds: true, seen: '' };
}

async function docker(host: OpenHost, config: BaseConfig): Promise<{ holds: boolean; seen: string }> {
  const { stdout } = await host.run(sh`docker info --format ${'{{.LiveRestoreEnabled}} {{.LoggingDriver}}'} && cat /etc/docker/daemon.json`);
  const [line = '', ...json] = stdout.split('\n');
  const { ip, 'log-opts': limits } = JSON.parse(json.join('\n')) as { ip?: string; 'log-opts'?: Record<string, string> };
  const holds = line === 'true json-file' && limits?.['max-size'] === config.docker.logMaxSize && ip === host.address;
  return { holds, seen: `live-restore and log driver: ${line}, max-size ${limits?.['max-size'] ?? 'none'}, ports published on ${ip ?? 'every address'}` };
}

// Outside the ports of every module and of the ephemeral range.
const unclaimed = 9;

/** A listener is really there, for a minute at most, and the firewall keeps the controller from it. */
async function undeclaredPort(host: OpenHost): Promise<{ holds: boolean; seen: string }> {
  const listener = 'keybuzz-proof-listener';
  await host.run(sh`systemd-run --quiet --collect --unit=${listener} --property=RuntimeMaxSec=60 python3 -m http.server --bind 0.0.0.0 ${unclaimed}`);
  try {
    await host.waitFor('the listener is there', async () => {
      const there = (await host.read([listening()]))(listening()).some((socket) => socket.port === unclaimed);
      return there ? met(true) : notYet('no listener');
    }, { within: 45_000, every: 500 });
    const open = (await tryPort(host.address, unclaimed)) === 'open';
    return { holds: !open, seen: open ? `port ${unclaimed} answered` : '' };
  } finally {
    await host.run(sh`systemctl stop ${listener} 2>/dev/null || :`);
  }
}
