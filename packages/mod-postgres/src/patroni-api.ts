import { fact, sh, type Fact, type Host } from '@keybuzz/sdk';
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
  return asked('members of the cluster', api, { path: '/cluster', parse: membersIn });
}

/** The dynamic configuration in the DCS; undefined while nobody can say. */
export function dynamicSeen(api: Api): Fact<unknown> {
  return asked('dynamic configuration', api, { path: '/config', parse: (text) => JSON.parse(text) as unknown });
}

/** How this host's own member is; undefined while it does not answer. */
export interface OwnState {
  readonly state: string;
  readonly role: string;
  readonly version: number;
  readonly timeline: number | undefined;
  /** A parameter waits for a restart. */
  readonly pendingRestart: boolean;
  /** When its loop last had an answer of the DCS, in seconds since 1970; it grows with every loop. */
  readonly loopedAt: number;
}

/** This host's own member, running or not. */
export function ownSeen(api: Api): Fact<OwnState | undefined> {
  return asked('own member', api, { path: '/patroni', parse: ownIn });
}

/** The members in an answer of `/cluster`. */
export function membersIn(text: string): readonly Member[] {
  const { members = [] } = JSON.parse(text) as { members?: readonly Record<string, unknown>[] };
  return members.map((each) => ({
    name: String(each['name']),
    role: String(each['role']),
    state: String(each['state']),
    timeline: numberOf(each['timeline']),
    lag: numberOf(each['lag']),
  }));
}

function ownIn(text: string): OwnState {
  const own = JSON.parse(text) as Record<string, unknown>;
  return { state: String(own['state']), role: String(own['role']), version: numberOf(own['server_version']) ?? 0, timeline: numberOf(own['timeline']), pendingRestart: own['pending_restart'] === true, loopedAt: numberOf(own['dcs_last_seen']) ?? 0 };
}

/** The name of the member that leads; undefined when none does. */
export function leaderOf(members: readonly Member[] | undefined): string | undefined {
  return members?.find(({ role, state }) => role === 'leader' && state === 'running')?.name;
}

const replicating = ['streaming', 'running'];

/** What keeps the cluster from being whole; undefined when one leads and every other streams on its timeline. */
export function unwhole(members: readonly Member[] | undefined, wanted: readonly string[]): string | undefined {
  if (members === undefined) return 'Patroni does not answer';
  const leader = members.find(({ name }) => name === leaderOf(members));
  if (leader === undefined) return `no leader: ${members.map(({ name, role, state }) => `${name} ${role} ${state}`).join(', ')}`;
  const absent = wanted.filter((name) => !members.some((member) => member.name === name));
  if (absent.length > 0) return `${absent.join(', ')} not in the cluster`;
  const behind = members.filter((member) => wanted.includes(member.name) && (!replicating.includes(member.state) || member.timeline !== leader.timeline));
  return behind.length === 0 ? undefined : behind.map(({ name, state, timeline }) => `${name} ${state} on timeline ${timeline ?? 'unknown'}, the leader's is ${leader.timeline ?? 'unknown'}`).join(', ');
}

/** What Patroni of the host answers at a path; undefined while it does not. */
export function asked<T>(name: string, { host, layout }: Api, about: { path: string; parse: (text: string) => T }): Fact<T | undefined> {
  const url = `https://${host.address}:${port.patroni}${about.path}`;
  // /patroni answers 503 with its document while PostgreSQL is down: that is an answer.
  return fact({
    name,
    command: sh`curl --silent --max-time 5 --cacert ${layout.tls.authority} ${url}`,
    anyExit: true,
    parse: ({ code, stdout }) => (code === 0 && stdout.startsWith('{') ? about.parse(stdout) : undefined),
  });
}

// Patroni writes "unknown" for the lag of a member that does not answer.
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
