import { certificateProbe, type Probe } from '@keybuzz/sdk';
import type { Answer } from './health.ts';
import { behind, membersOf } from './whole.ts';

/** What the answers of the nodes mean; every node's view counts, so that a split shows though each half calls itself well. */
export function nodeProbes(answers: readonly Answer[], about: { wanted: readonly string[]; cluster: string }): readonly Probe[] {
  const { wanted, cluster } = about;
  const serving = answers.filter(({ nodes }) => nodes !== undefined);
  const views = new Map(serving.map(({ host, nodes = [] }) => [host, nodes.filter(({ running }) => running).map((node) => node.host).toSorted().join(', ')]));
  const [view = 'none', ...others] = new Set(views.values());
  const versions = [...new Set(serving.flatMap(({ overview }) => (overview === undefined ? [] : [`${overview.version} on Erlang ${overview.erlang}`])))];
  const names = [...new Set(serving.flatMap(({ overview }) => overview?.cluster ?? []))];
  const told = serving.find((answer) => answer.queues !== undefined)?.queues;
  const queues = told ?? [];
  const mute = serving.filter((answer) => answer.queues === undefined).map(({ host }) => `${host} does not answer`);
  const classic = queues.filter(({ type, durable, exclusive }) => type === 'classic' && durable && !exclusive);
  const lacking = queues.filter((queue) => behind(queue, wanted.length));
  const overall: Probe[] = [
    probe('every node sees the same nodes run', { seen: others.length === 0 ? view : [...views].map(([host, seen]) => `${host}: ${seen}`).join('; '), ok: others.length === 0 && view === wanted.toSorted().join(', '), wanted: wanted.toSorted().join(', '), otherwise: others.length > 0 || serving.length <= wanted.length / 2 ? 'down' : 'degraded' }),
    probe('every replicated queue has all its members', { seen: few([...lacking.map((queue) => `${queue.name} ${queue.online.length} of ${membersOf(queue, wanted.length)}`), ...mute]) || (told === undefined ? 'no answer' : 'all online'), ok: told !== undefined && lacking.length + mute.length === 0, wanted: 'all online' }),
    probe('no durable queue is on one host only', { seen: told === undefined ? 'no answer' : classic.length === 0 ? 'none' : few(classic.map(({ name, leader }) => `${name} is classic, on ${leader ?? 'nobody'}`)), ok: told !== undefined && classic.length === 0, wanted: 'none' }),
    probe('one version everywhere', { seen: versions.join('; ') || 'none', ok: versions.length === 1, wanted: 'one' }),
    probe('one name of the cluster', { seen: names.join(', ') || 'none', ok: names.join() === cluster, wanted: cluster }),
  ];
  return [...overall, ...answers.flatMap((answer) => hostProbes(answer))];
}

function hostProbes({ host, unreachable, unit, nodes, critical, certificate }: Answer): Probe[] {
  if (unreachable !== undefined) return [probe('answers over SSH', { host, seen: unreachable, ok: false, wanted: 'yes', otherwise: 'down' })];
  const serves = probe('RabbitMQ serves', { host, seen: nodes === undefined ? `${unit}, its API does not answer as the administrator wants` : unit, ok: unit === 'active' && nodes !== undefined, wanted: 'active', otherwise: 'down' });
  const always = certificate === undefined ? [serves] : [serves, certificateProbe(host, { ...certificate, title: 'certificate between nodes' })];
  const own = nodes?.find((node) => node.host === host);
  if (own === undefined) return always;
  return [
    ...always,
    probe('no alarm holds publishers back', { host, seen: own.alarms.join(', ') || 'none', ok: own.alarms.length === 0, wanted: 'none', otherwise: 'down' }),
    probe('not cut off from another node', { host, seen: own.partitions.join(', ') || 'none', ok: own.partitions.length === 0, wanted: 'none', otherwise: 'down' }),
    probe('it could be restarted', { host, seen: critical === undefined ? 'no answer' : critical.length === 0 ? 'no queue needs it' : few(critical), ok: critical?.length === 0, wanted: 'no queue needs it' }),
  ];
}

const few = (all: readonly string[]): string => `${all.slice(0, 3).join(', ')}${all.length > 3 ? `, and ${all.length - 3} more` : ''}`;

function probe(title: string, about: { host?: string; seen: string; ok: boolean; wanted: string; otherwise?: 'degraded' | 'down' }): Probe {
  const { host, seen, ok, wanted, otherwise = 'degraded' } = about;
  return { title, host, seen, wanted, status: ok ? 'ok' : otherwise };
}
