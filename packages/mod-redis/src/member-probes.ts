import type { Probe } from '@keybuzz/sdk';
import type { Answer } from './situation.ts';

/** What one host said, and how its units are. */
export interface HostAnswer extends Pick<Answer, 'host' | 'server' | 'sentinel'> {
  readonly units: { readonly server: string; readonly sentinel: string };
  /** Percent of the data's disk in use. */
  readonly disk: number | undefined;
  /** Why it could not be asked. */
  readonly unreachable: string | undefined;
}

/** How every host is, and whether they agree: each is asked itself, so a set that fell apart is seen from both sides. */
export function memberProbes(answers: readonly HostAnswer[], members: readonly { readonly name: string; readonly address: string }[]): readonly Probe[] {
  const masters = answers.filter(({ server }) => server?.role === 'master');
  const master = masters.length === 1 ? members.find(({ name }) => name === masters[0]?.host) : undefined;
  const replicas = masters[0]?.server?.replicas ?? 0;
  return [
    { title: 'exactly one master', host: undefined, seen: masters.map(({ host }) => host).join(', ') || 'none', wanted: 'exactly one', status: masters.length === 1 ? 'ok' : 'down' },
    { title: 'replicas follow the master', host: undefined, seen: String(replicas), wanted: String(members.length - 1), status: replicas === members.length - 1 ? 'ok' : replicas === 0 ? 'down' : 'degraded' },
    ...answers.flatMap((answer) => (answer.unreachable === undefined ? hostProbes(answer, { master, others: members.length - 1 }) : [{ title: 'answers over SSH', host: answer.host, seen: answer.unreachable, wanted: 'yes', status: 'down' as const }])),
  ];
}

interface Among {
  readonly master: { readonly name: string; readonly address: string } | undefined;
  /** How many others there are. */
  readonly others: number;
}

function hostProbes({ host, server, sentinel, units, disk }: HostAnswer, { master, others }: Among): readonly Probe[] {
  const probe = (title: string, about: { seen: string; wanted: string; ok: boolean; otherwise?: 'degraded' | 'down' }): Probe => ({ title, host, seen: about.seen, wanted: about.wanted, status: about.ok ? 'ok' : (about.otherwise ?? 'degraded') });
  const follows = server?.role === 'master' ? 'itself' : server === undefined ? 'no answer' : `${server.masterAddress ?? 'nobody'}${server.linkUp ? '' : ', without a link'}`;
  const named = sentinel?.master['ip'] ?? 'no answer';
  const flags = sentinel?.master['flags'] ?? 'no answer';
  const present = (sentinel?.sentinels ?? []).filter(({ flags: each = '' }) => !/down|disconnected/.test(each)).length;
  const full = server === undefined || server.maxMemory === 0 ? undefined : Math.round((server.usedMemory / server.maxMemory) * 100);
  return [
    probe('the server runs', { seen: units.server, wanted: 'active', ok: units.server === 'active' && server !== undefined, otherwise: 'down' }),
    probe('the Sentinel runs', { seen: units.sentinel, wanted: 'active', ok: units.sentinel === 'active' }),
    probe('follows the master', { seen: follows, wanted: master?.name === host ? 'itself' : (master?.address ?? 'the one master'), ok: server?.role === 'master' ? master?.name === host : server !== undefined && server.linkUp && server.masterAddress === master?.address }),
    probe('its Sentinel watches the master', { seen: named, wanted: master?.address ?? 'the one master', ok: named === master?.address }),
    probe('its Sentinel finds the master well', { seen: flags, wanted: 'master', ok: flags === 'master' }),
    probe('its Sentinel acts and votes', { seen: sentinel === undefined ? 'no answer' : sentinel.tilt ? 'not yet: its host was paused' : 'yes', wanted: 'yes', ok: sentinel?.tilt === false }),
    probe('its Sentinel hears the others', { seen: String(present), wanted: String(others), ok: present === others && sentinel?.sentinels.length === others }),
    probe('what it has is on its disk', { seen: server?.unsaved.join(', ') || (server === undefined ? 'no answer' : 'ok'), wanted: 'ok', ok: server?.unsaved.length === 0 }),
    probe('memory', { seen: full === undefined ? 'unknown' : `${full} %`, wanted: 'at most 90 %', ok: full === undefined || full <= 90 }),
    probe('disk', { seen: disk === undefined ? 'unknown' : `${disk} %`, wanted: 'at most 85 %', ok: (disk ?? 0) <= 85 }),
  ];
}
