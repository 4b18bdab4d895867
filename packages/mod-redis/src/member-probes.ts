import { certificateProbe, type Probe } from '@keybuzz/sdk';
import { present, strangersOf } from './stale.ts';
import type { Answer } from './situation.ts';

/** What one host said, and how its units are. */
export interface HostAnswer extends Pick<Answer, 'host' | 'server' | 'sentinel'> {
  readonly units: { readonly server: string; readonly sentinel: string };
  /** Percent of the data's disk in use. */
  readonly disk: number | undefined;
  /** Days until its certificate ends, undefined when it has none; absent where there is no TLS. */
  readonly certificate?: number | undefined;
  /** Why it could not be asked. */
  readonly unreachable: string | undefined;
}

interface Place {
  readonly name: string;
  readonly address: string;
}

/** How every host is, and whether they agree: each is asked itself, so a set that fell apart is seen from both sides. */
export function memberProbes(answers: readonly HostAnswer[], members: readonly Place[]): readonly Probe[] {
  const masters = answers.filter(({ server }) => server?.role === 'master');
  const master = masters.length === 1 ? members.find(({ name }) => name === masters[0]?.host) : undefined;
  const replicas = masters[0]?.server?.replicas ?? 0;
  return [
    { title: 'exactly one master', host: undefined, seen: masters.map(({ host }) => host).join(', ') || 'none', wanted: 'exactly one', status: masters.length === 1 ? 'ok' : 'down' },
    { title: 'replicas follow the master', host: undefined, seen: String(replicas), wanted: String(members.length - 1), status: replicas === members.length - 1 ? 'ok' : replicas === 0 ? 'down' : 'degraded' },
    ...answers.flatMap((answer) => (answer.unreachable === undefined ? hostProbes(answer, { master, members }) : [{ title: 'answers over SSH', host: answer.host, seen: answer.unreachable, wanted: 'yes', status: 'down' as const }])),
  ];
}

interface Among {
  readonly master: Place | undefined;
  readonly members: readonly Place[];
}

function hostProbes({ host, server, sentinel, units, disk, ...rest }: HostAnswer, { master, members }: Among): readonly Probe[] {
  const others = members.length - 1;
  const probe = (title: string, about: { seen: string; wanted: string; ok: boolean; otherwise?: 'degraded' | 'down' }): Probe => ({ title, host, seen: about.seen, wanted: about.wanted, status: about.ok ? 'ok' : (about.otherwise ?? 'degraded') });
  const follows = server?.role === 'master' ? 'itself' : server === undefined ? 'no answer' : `${server.masterAddress ?? 'nobody'}${server.linkUp ? '' : ', without a link'}`;
  const named = sentinel?.master['ip'] ?? 'no answer';
  const flags = sentinel?.master['flags'] ?? 'no answer';
  const heard = (sentinel?.sentinels ?? []).filter(present).length;
  const strangers = sentinel === undefined ? undefined : strangersOf(sentinel, members);
  const full = server === undefined ? undefined : server.maxMemory === 0 ? 'no limit' : Math.round((server.usedMemory / server.maxMemory) * 100);
  return [
    probe('the server runs', { seen: units.server, wanted: 'active', ok: units.server === 'active' && server !== undefined, otherwise: 'down' }),
    probe('the Sentinel runs', { seen: units.sentinel, wanted: 'active', ok: units.sentinel === 'active' }),
    probe('follows the master', { seen: follows, wanted: master?.name === host ? 'itself' : (master?.address ?? 'the one master'), ok: server?.role === 'master' ? master?.name === host : server !== undefined && server.linkUp && server.masterAddress === master?.address }),
    probe('its Sentinel watches the master', { seen: named, wanted: master?.address ?? 'the one master', ok: named === master?.address }),
    probe('its Sentinel finds the master well', { seen: flags, wanted: 'master', ok: flags === 'master' }),
    probe('its Sentinel acts and votes', { seen: sentinel === undefined ? 'no answer' : sentinel.tilt ? 'not yet: its host was paused' : 'yes', wanted: 'yes', ok: sentinel?.tilt === false }),
    probe('its Sentinel hears the others', { seen: String(heard), wanted: String(others), ok: heard === others && sentinel?.sentinels.length === others }),
    probe('its Sentinel knows no stranger', { seen: strangers?.join(', ') ?? 'no answer', wanted: 'none', ok: strangers?.length === 0 }),
    probe('what it has is on its disk', { seen: server?.unsaved.join(', ') || (server === undefined ? 'no answer' : 'ok'), wanted: 'ok', ok: server?.unsaved.length === 0 }),
    probe('memory', { seen: typeof full === 'number' ? `${full} %` : (full ?? 'unknown'), wanted: 'at most 90 %', ok: typeof full === 'number' ? full <= 90 : full !== undefined }),
    probe('disk', { seen: disk === undefined ? 'unknown' : `${disk} %`, wanted: 'at most 85 %', ok: disk !== undefined && disk <= 85 }),
    ...('certificate' in rest ? [certificateProbe(host, { days: rest.certificate })] : []),
  ];
}
