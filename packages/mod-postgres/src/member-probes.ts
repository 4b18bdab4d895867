import type { Probe } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import type { Answer } from './health.ts';
import { leaderOf, unwhole } from './patroni-api.ts';

/** What the answers of the database hosts mean; every member's view counts, so that a split shows. */
export function memberProbes(answers: readonly Answer[], about: { wanted: readonly string[]; dcs: PostgresConfig['dcs'] }): readonly Probe[] {
  const { wanted, dcs } = about;
  const reached = answers.filter(({ unreachable }) => unreachable === undefined);
  const leaders = [...new Set(reached.flatMap(({ members }) => leaderOf(members) ?? []))];
  const primaries = reached.filter(({ own }) => own?.state === 'running' && ['primary', 'master'].includes(own.role)).map(({ host }) => host);
  const view = reached.find(({ members }) => leaderOf(members) !== undefined)?.members ?? reached.find(({ members }) => members !== undefined)?.members;
  const whole = unwhole(view, wanted);
  const lag = Math.max(0, ...(view ?? []).map((member) => member.lag ?? 0));
  const versions = [...new Set(reached.flatMap(({ own }) => (own === undefined ? [] : [String(own.version)])))];
  const overall: Probe[] = [
    probe('one primary', { seen: primaries.join(', ') || 'none', ok: primaries.length === 1, wanted: 'exactly one', otherwise: 'down' }),
    probe('every member names the same leader', { seen: leaders.join(', ') || 'none', ok: leaders.length === 1, wanted: 'one', otherwise: leaders.length === 0 ? 'down' : 'degraded' }),
    probe('replicas stream on the leader’s timeline', { seen: whole ?? `${wanted.length} of ${wanted.length} members`, ok: whole === undefined, wanted: `${wanted.length} of ${wanted.length} members` }),
    probe('replication lag', { seen: `${lag} bytes`, ok: view !== undefined && lag <= 1_048_576, wanted: 'at most 1048576 bytes' }),
    probe('one version everywhere', { seen: versions.join(', ') || 'none', ok: versions.length === 1, wanted: 'one' }),
    ...(dcs === 'etcd' ? [probe('etcd members healthy', { seen: `${reached.filter(({ etcd }) => etcd === true).length} of ${wanted.length}`, ok: reached.filter(({ etcd }) => etcd === true).length === wanted.length, wanted: `${wanted.length} of ${wanted.length}` })] : []),
  ];
  return [...overall, ...answers.flatMap(hostProbes)];
}

function hostProbes(answer: Answer): Probe[] {
  const { host, unreachable, own, patroni, connections, disk, certificate } = answer;
  if (unreachable !== undefined) return [probe('answers over SSH', { host, seen: unreachable, ok: false, wanted: 'yes', otherwise: 'down' })];
  return [
    probe('Patroni runs', { host, seen: patroni, ok: patroni === 'active', wanted: 'active', otherwise: 'down' }),
    probe('PostgreSQL runs', { host, seen: own?.state ?? 'unknown', ok: own?.state === 'running' || own?.state === 'streaming', wanted: 'running', otherwise: 'down' }),
    ...(connections === undefined ? [] : [probe('connections used', { host, seen: `${connections.used} of ${connections.max}`, ok: connections.used < connections.max * 0.8, wanted: 'below 80 %' })]),
    ...(disk === undefined ? [] : [probe('disk of the data', { host, seen: `${disk} %`, ok: disk < 85, wanted: 'below 85 %' })]),
    probe('certificate', { host, seen: certificate === undefined ? 'none' : `${certificate} days left`, ok: certificate !== undefined && certificate > 14, wanted: 'more than 14 days left' }),
  ];
}

function probe(title: string, about: { host?: string; seen: string; ok: boolean; wanted: string; otherwise?: 'degraded' | 'down' }): Probe {
  const { host, seen, ok, wanted, otherwise = 'degraded' } = about;
  return { title, host, seen, wanted, status: ok ? 'ok' : otherwise };
}
