import { certificateProbe, type Probe } from '@keybuzz/sdk';
import type { Answer } from './answer.ts';
import type { PostgresConfig } from './config.ts';
import { leaderOf, unwhole } from './patroni-api.ts';
import { probe } from './probe.ts';

interface About extends Pick<PostgresConfig, 'dcs' | 'rpo'> {
  readonly wanted: readonly string[];
}

/** What the answers of the database hosts mean; every member's view counts, so that a split shows. */
export function memberProbes(answers: readonly Answer[], about: About): readonly Probe[] {
  const { wanted, rpo } = about;
  const reached = answers.filter(({ unreachable }) => unreachable === undefined);
  const leaders = [...new Set(reached.flatMap(({ members }) => leaderOf(members) ?? []))];
  const primaries = reached.filter(({ own }) => own?.state === 'running' && ['primary', 'master'].includes(own.role));
  const view = reached.find(({ members }) => leaderOf(members) !== undefined)?.members ?? reached.find(({ members }) => members !== undefined)?.members;
  const whole = unwhole(view, wanted);
  const lag = Math.max(0, ...(view ?? []).map((member) => member.lag ?? 0));
  const strangers = (view ?? []).map(({ name }) => name).filter((name) => !wanted.includes(name));
  const paused = reached.some(({ daemon }) => daemon?.paused === true);
  const overall: Probe[] = [
    probe('one primary', { seen: primaries.map(({ host }) => host).join(', ') || 'none', ok: primaries.length === 1, wanted: 'exactly one', otherwise: 'down' }),
    probe('every member names the same leader', { seen: leaders.join(', ') || 'none', ok: leaders.length === 1, wanted: 'one', otherwise: leaders.length === 0 ? 'down' : 'degraded' }),
    probe('replicas stream on the leader’s timeline', { seen: whole ?? `${wanted.length} of ${wanted.length} members`, ok: whole === undefined, wanted: `${wanted.length} of ${wanted.length} members` }),
    probe('nobody else is a member', { seen: strangers.join(', ') || 'nobody', ok: strangers.length === 0, wanted: 'nobody' }),
    probe('replication lag', { seen: `${lag} bytes`, ok: view !== undefined && lag <= 1_048_576, wanted: 'at most 1048576 bytes' }),
    ...(rpo === 'zero' ? [confirmed(primaries[0])] : []),
    versions(reached),
    probe('Patroni is not paused', { seen: paused ? 'paused' : 'not paused', ok: !paused, wanted: 'not paused' }),
    coordination(reached, about),
  ];
  return [...overall, ...answers.flatMap(hostProbes)];
}

/** The primary waits for a replica before it acknowledges, and has one to wait for: without any, nothing is written. */
function confirmed(primary: Answer | undefined): Probe {
  const { standbys, confirming } = primary?.server ?? {};
  const seen = standbys === undefined ? 'unknown' : standbys === '' ? 'writes wait for no replica' : `${confirming ?? 0} replicas confirm`;
  return probe('an acknowledged write is on two hosts', { seen, ok: standbys !== undefined && standbys !== '' && (confirming ?? 0) > 0, wanted: 'at least 1 replica confirms', otherwise: standbys === '' || primary === undefined ? 'degraded' : 'down' });
}

/** PostgreSQL as it runs, and what is installed. */
function versions(reached: readonly Answer[]): Probe {
  const of = (name: string, all: readonly string[]): readonly string[] => (new Set(all).size > 1 ? [`${name} ${[...new Set(all)].join(', ')}`] : []);
  const running = reached.flatMap(({ own }) => (own === undefined ? [] : [String(own.version)]));
  const names = [...new Set(reached.flatMap(({ packages }) => Object.keys(packages)))];
  const unequal = [...of('PostgreSQL runs as', running), ...names.flatMap((name) => of(name, reached.flatMap(({ packages }) => packages[name] ?? [])))];
  const known = running.length > 0;
  return probe('one version everywhere', { seen: known ? unequal.join('; ') || `PostgreSQL ${running[0]}` : 'none', ok: known && unequal.length === 0, wanted: 'one' });
}

/** Enough of the DCS for a lost leader to be replaced. Patroni's Raft lives in Patroni itself. */
function coordination(reached: readonly Answer[], { wanted, dcs }: About): Probe {
  const taking = reached.filter(({ etcd, patroni }) => (dcs === 'etcd' ? etcd === true : patroni === 'active')).length;
  const failsafe = reached.filter(({ daemon }) => daemon?.failsafe === true).map(({ host }) => host);
  const of = `${taking} of ${wanted.length}`;
  return probe(dcs === 'etcd' ? 'etcd members healthy' : 'Raft members up', {
    seen: failsafe.length > 0 ? `${of}; ${failsafe.join(', ')} without it, in failsafe mode` : of,
    ok: taking === wanted.length && failsafe.length === 0,
    wanted: `${wanted.length} of ${wanted.length}`,
    otherwise: taking * 2 <= wanted.length || failsafe.length > 0 ? 'down' : 'degraded',
  });
}

function hostProbes(answer: Answer): Probe[] {
  const { host, unreachable, own, patroni, server, disk, certificate } = answer;
  if (unreachable !== undefined) return [probe('answers over SSH', { host, seen: unreachable, ok: false, wanted: 'yes', otherwise: 'down' })];
  const runs = own?.state === 'running' || own?.state === 'streaming';
  return [
    probe('Patroni runs', { host, seen: patroni, ok: patroni === 'active', wanted: 'active', otherwise: 'down' }),
    probe('PostgreSQL runs', { host, seen: own?.state ?? 'unknown', ok: runs, wanted: 'running', otherwise: 'down' }),
    // What does not run has no connections, and that it does not run is told.
    ...(runs ? [
      probe('connections used', { host, seen: server === undefined ? 'unknown' : `${server.used} of ${server.max}`, ok: server !== undefined && server.used < server.max * 0.8, wanted: 'below 80 %' }),
      probe('no parameter waits for a restart', { host, seen: own.pendingRestart ? 'one waits' : 'none', ok: !own.pendingRestart, wanted: 'none' }),
    ] : []),
    probe('disk of the data', { host, seen: disk === undefined ? 'unknown' : `${disk.percent} % of ${disk.where} (${ownDisk(disk)})`, ok: disk !== undefined && disk.percent < 85, wanted: 'below 85 %' }),
    certificateProbe(host, { days: certificate }),
  ];
}

/** An operator who meant the data to be on a volume of its own sees here that it is not. */
function ownDisk({ type, where }: NonNullable<Answer['disk']>): string {
  return where === '/' ? `${type}, no disk of its own` : type === 'xfs' ? type : `${type}, not xfs`;
}
