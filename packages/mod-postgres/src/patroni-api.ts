import { madeOf, type Fact, type Host } from '@keybuzz/sdk';
import { replied, type Reply } from './https.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';

/** A member as the cluster sees it; `lag` in bytes. */
export interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline: number | undefined;
  readonly lag: number | undefined;
}

/** What Patroni's REST API is asked at: the host itself, so that one round trip asks all. */
interface Api {
  readonly host: Host;
  readonly layout: Layout;
}

/** The members as this host's Patroni sees them; undefined while it does not answer. */
export function membersSeen(api: Api): Fact<readonly Member[] | undefined> {
  return madeOf('members of the cluster', [answerAt(api, '/cluster'), ownSeen(api)], (cluster, own) => (cluster === undefined || own === undefined ? undefined : membersIn(cluster, own.patroni)));
}

/** The dynamic configuration in the DCS; undefined while nobody can say. */
export function dynamicSeen(api: Api): Fact<unknown> {
  return answerAt(api, '/config');
}

/** How this host's own member is; undefined while it does not answer. */
export interface OwnState {
  readonly state: string;
  readonly role: string;
  /** Of the server that runs, such as 170006; 0 while none does. */
  readonly version: number;
  /** Version of the Patroni that answers, such as 4.0.5. */
  readonly patroni: string;
  readonly timeline: number | undefined;
  /** A parameter waits for a restart. */
  readonly pendingRestart: boolean;
  /** When its loop last had an answer of the DCS, in seconds since 1970; it grows with every loop. */
  readonly loopedAt: number;
}

/** This host's own member, running or not. */
export function ownSeen(api: Api): Fact<OwnState | undefined> {
  return madeOf('own member', [answerAt(api, '/patroni')], (own) => (own === undefined ? undefined : ownIn(own)));
}

/**
 * The members in an answer of `/cluster`, given by this version of Patroni. Until 3.0.4 every replica that runs is
 * `running`; since then one that streams is `streaming`, and `running` is one that does not (docs/releases.rst).
 */
export function membersIn({ members = [] }: Answered, patroni: string): readonly Member[] {
  const told = atLeast(patroni, '3.0.4');
  return members.map((each) => ({
    name: String(each['name']),
    role: String(each['role']),
    state: !told && each['role'] !== 'leader' && each['state'] === 'running' ? 'streaming' : String(each['state']),
    timeline: numberOf(each['timeline']),
    lag: numberOf(each['lag']),
  }));
}

function ownIn(own: Answered): OwnState {
  return {
    state: String(own['state']),
    role: String(own['role']),
    version: numberOf(own['server_version']) ?? 0,
    patroni: (own['patroni'] as { version?: string } | undefined)?.version ?? '',
    timeline: numberOf(own['timeline']),
    pendingRestart: own['pending_restart'] === true,
    loopedAt: numberOf(own['dcs_last_seen']) ?? 0,
  };
}

/** The name of the member that leads; undefined when none does. */
export function leaderOf(members: readonly Member[] | undefined): string | undefined {
  return members?.find(({ role, state }) => role === 'leader' && state === 'running')?.name;
}

/** Whether a version such as 4.0.5 or 4.0.5-1 is that one or a later one; one that nobody knows is taken for a new one. */
export function atLeast(version: string, least: string): boolean {
  const parts = (text: string): readonly number[] => text.split(/[^0-9]+/).slice(0, 3).map(Number);
  const [has, wants] = [parts(version), parts(least)];
  const at = wants.findIndex((part, i) => (has[i] ?? 0) !== part);
  return version === '' || at < 0 || (has[at] ?? 0) > (wants[at] ?? 0);
}

/** What keeps the cluster from being whole; undefined when one leads and every other streams on its timeline. */
export function unwhole(members: readonly Member[] | undefined, wanted: readonly string[]): string | undefined {
  if (members === undefined) return 'Patroni does not answer';
  const leader = members.find(({ name }) => name === leaderOf(members));
  if (leader === undefined) return `no leader: ${members.map(({ name, role, state }) => `${name} ${role} ${state}`).join(', ')}`;
  const absent = wanted.filter((name) => !members.some((member) => member.name === name));
  if (absent.length > 0) return `${absent.join(', ')} not in the cluster`;
  const behind = members.filter((member) => wanted.includes(member.name) && ((member !== leader && member.state !== 'streaming') || member.timeline !== leader.timeline));
  return behind.length === 0 ? undefined : behind.map(({ name, state, timeline }) => `${name} ${state} on timeline ${timeline ?? 'unknown'}, the leader's is ${leader.timeline ?? 'unknown'}`).join(', ');
}

/** A document of Patroni's. */
export interface Answered extends Readonly<Record<string, unknown>> {
  readonly members?: readonly Readonly<Record<string, unknown>>[];
}

/** What Patroni of the host answers at this path; undefined while it does not. */
export function answerAt({ host, layout }: Api, path: string): Fact<Answered | undefined> {
  return madeOf(`Patroni's ${path}`, [replied({ url: `https://${host.address}:${port.patroni}${path}`, authority: layout.tls.authority, within: 5 })], documentOf);
}

/** Whatever the status: /patroni answers 503 with its document while PostgreSQL is down, which is an answer. */
function documentOf(reply: Reply | undefined): Answered | undefined {
  return typeof reply?.document === 'object' && reply.document !== null && !Array.isArray(reply.document) ? (reply.document as Answered) : undefined;
}

// Patroni writes "unknown" for the lag of a member that does not answer.
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
