import { backendsOn, carrierOf, haproxy } from '@keybuzz/mod-haproxy';
import { drill, Failure, met, notYet, type Answer, type Drill, type DrillScope } from '@keybuzz/sdk';
import { backendProbes, masterBackend } from './backends.ts';
import type { Connection } from './client.ts';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { answerOf, lackingOf } from './find-situation.ts';
import { handOver } from './hand-over.ts';
import { wantedOf } from './members.ts';
import { port } from './ports.ts';
import { situationOf } from './situation.ts';
import { predictedOutage, timersOf } from './timers.ts';
import { numberedPushes } from './workload.ts';
import { writableProbe, type WritableProbe } from './writable.ts';

type Scope = DrillScope<RedisConfig, CredentialName>;

async function connectionTo({ config, credentials, certificates }: Scope, address: string): Promise<Connection> {
  return { address, port: port.redis, user: config.appUser, password: credentials.app, authority: config.tls ? await certificates.authority() : undefined };
}

async function master(scope: Scope): Promise<string> {
  const found = situationOf(await scope.cluster.each((host) => answerOf(host, scope)), wantedOf(scope).members);
  if (found.kind !== 'live') throw new Failure('failed', 'no server leads', { next: 'keybuzz health --only redis' });
  return found.master.name;
}

async function others(scope: Scope): Promise<readonly string[]> {
  const leading = await master(scope);
  return scope.cluster.hosts.map(({ name }) => name).filter((name) => name !== leading);
}

async function redundant(scope: Scope): Promise<Answer<unknown>> {
  const lacking = lackingOf(await scope.cluster.each((host) => answerOf(host, scope)), scope);
  if (lacking !== undefined) return notYet(lacking);
  const ways = backendProbes(await backendsOn(scope.hostsOf(haproxy)), { members: wantedOf(scope).members.length, reads: scope.config.reads });
  const wrong = ways.find(({ status }) => status !== 'ok');
  return wrong === undefined ? met(true) : notYet(`${wrong.host}: ${wrong.title}: ${wrong.seen}`);
}

const probes = new WeakMap<Scope, WritableProbe>();

/** Nobody but the one master acknowledges a write, all along. */
const oneMaster = {
  title: 'never two masters that acknowledge writes',
  broken: async (scope: Scope): Promise<string | undefined> => {
    const servers = scope.cluster.hosts.map(({ name, address }) => ({ name, connection: () => connectionTo(scope, address) }));
    const probe = probes.get(scope) ?? writableProbe(servers, { confirmed: scope.config.rpo === 'zero' });
    probes.set(scope, probe);
    const writable = await probe.writable();
    return writable.length > 1 ? `two masters: ${writable.join(', ')}` : undefined;
  },
};

/** The drills of Redis, with what the profile promises for each. */
export function drills(config: RedisConfig): readonly Drill<Scope>[] {
  const safe = config.rpo === 'zero';
  const fast = config.rto === 'fast';
  // The worst that the timers allow; with `fast` what is promised to every client of the stack.
  const worst = predictedOutage(timersOf(config));
  const { killed, gone } = fast ? { killed: 5000, gone: 8000 } : { killed: worst.killed, gone: worst.gone + 3000 };
  const { server, sentinel } = { server: `^/usr/bin/${config.engine}-server .*:${port.redis}`, sentinel: `^/usr/bin/${config.engine}-sentinel` };
  const of = (title: string, about: Pick<Drill<Scope>, 'name' | 'inject' | 'quick' | 'lasting'> & { downtime: number }): Drill<Scope> => {
    const { downtime, ...rest } = about;
    return drill<Scope>(title, {
      ...rest,
      workload: (scope) => numberedPushes(() => connectionTo(scope, wantedOf(scope).entry), { confirmed: safe }),
      redundant,
      // Without WAIT a master that was cut off acknowledges until it knows: nothing is promised then.
      ...(safe ? { invariant: oneMaster } : {}),
      promise: { downtime, lost: safe ? 0 : Infinity },
    });
  };
  return [
    of('planned change of master', { name: 'switchover', quick: true, lasting: 0, downtime: killed, inject: switchover }),
    of('master process killed', { name: 'master-killed', quick: true, lasting: 0, downtime: killed, inject: async (scope) => scope.faults.kill(await master(scope), server) }),
    of('master host powered off, then back', { name: 'master-off', quick: true, lasting: 20_000, downtime: gone, inject: async (scope) => scope.faults.powerOff([await master(scope)]) }),
    of('master frozen, then thawed', { name: 'master-frozen', lasting: 20_000, downtime: gone, inject: async (scope) => scope.faults.freeze([await master(scope)]) }),
    of('master cut off from everybody, then back', { name: 'master-cut', lasting: 20_000, downtime: gone, inject: async (scope) => scope.faults.cut([await master(scope)], { from: 'all' }) }),
    of('master cut off from the other servers and Sentinels only', { name: 'master-alone', lasting: 20_000, downtime: gone, inject: async (scope) => scope.faults.cut([await master(scope)], { from: await others(scope) }) }),
    of('what the master sends is lost', { name: 'master-mute', lasting: 20_000, downtime: gone, inject: async (scope) => scope.faults.cut([await master(scope)], { from: 'all', oneway: true }) }),
    of('a replica lost', { name: 'replica-off', lasting: 10_000, downtime: 3000, inject: async (scope) => scope.faults.powerOff((await others(scope)).slice(0, 1)) }),
    of('a Sentinel lost', { name: 'sentinel-killed', quick: true, lasting: 0, downtime: 3000, inject: async (scope) => scope.faults.kill(await master(scope), sentinel) }),
    of('the HAProxy host that carries the client lost', { name: 'haproxy-off', lasting: 15_000, downtime: 3000, inject: async (scope) => scope.faults.powerOff([await carrierOf(scope.hostsOf(haproxy), masterBackend)]) }),
    of('all three hosts powered off and on', { name: 'all-off', lasting: 5000, downtime: 60_000, inject: (scope) => scope.faults.powerOff(scope.cluster.hosts.map(({ name }) => name)) }),
  ];
}

async function switchover(scope: Scope): Promise<void> {
  const host = scope.cluster.host(await master(scope));
  await host.run(handOver(host, scope));
}
