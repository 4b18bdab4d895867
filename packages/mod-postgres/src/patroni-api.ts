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

/** What who asks for members and for the own one has by one call, since they are asked the same. */
const both = ['/patroni', '/cluster'];

/** The members as this host's Patroni sees them; undefined while it does not answer. */
export function membersSeen(api: Api): Fact<readonly Member[] | undefined> {
  return asked('members of the cluster', api, { paths: both, parse: (own, cluster) => (cluster.startsWith('{') ? membersIn(cluster, ownIn(own).patroni) : undefined) });
}

/** The dynamic configuration in the DCS; undefined while nobody can say. */
export function dynamicSeen(api: Api): Fact<unknown> {
  return asked('dynamic configuration', api, { paths: ['/config'], parse: (text) => JSON.parse(text) as unknown });
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

/** The same, by the call that tells the members too. */
export function ownBesideMembers(api: Api): Fact<OwnState | undefined> {
  return asked('own member', api, { paths: both, parse: ownIn });
}

/** This host's own member, running or not. */
export function ownSeen(api: Api): Fact<OwnState | undefined> {
  return asked('own member', api, { paths: ['/patroni'], parse: ownIn });
}

/**
 * The members in an answer of `/cluster`, given by this version of Patroni. Until 3.0.4 every replica that runs is
 * `running`; since then one that streams is `streaming`, and `running` is one that does not (docs/releases.rst).
 */
export function membersIn(text: string, patroni: string): readonly Member[] {
  const told = atLeast(patroni, '3.0.4');
  const { members = [] } = JSON.parse(text) as { members?: readonly Record<string, unknown>[] };
  return members.map((each) => ({
    name: String(each['name']),
    role: String(each['role']),
    state: !told && each['role'] !== 'leader' && each['state'] === 'running' ? 'streaming' : String(each['state']),
    timeline: numberOf(each['timeline']),
    lag: numberOf(each['lag']),
  }));
}

function ownIn(text: string): OwnState {
  const own = JSON.parse(text) as Record<string, unknown>;
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

/** What Patroni of the host answers at these paths, all by one call; undefined while it does not. */
export function asked<T>(name: string, { host, layout }: Api, about: { paths: readonly string[]; parse: (text: string, second: string) => T | undefined }): Fact<T | undefined> {
  const urls = about.paths.map((path) => `https://${host.address}:${port.patroni}${path}`);
  // /patroni answers 503 with its document while PostgreSQL is down: that is an answer.
  return fact({
    name,
    command: sh`curl --silent --max-time 5 --write-out ${String.raw`\n`} --cacert ${layout.tls.authority} ${urls}`,
    anyExit: true,
    parse: ({ code, stdout }) => {
      const [text = '', second = ''] = stdout.split('\n');
      return code === 0 && text.startsWith('{') ? about.parse(text, second) : undefined;
    },
  });
}

// Patroni writes "unknown" for the lag of a member that does not answer.
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
