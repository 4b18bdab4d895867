import { ProgramError, type Call, type Output } from '@keybuzz/sdk/testing';
import { systemId } from './fake-data.ts';
import type { FakeEtcd } from './fake-etcd.ts';
import { runs, type FakeFleet, type Place } from './fake-fleet.ts';
import type { Dynamic, Member } from './fake-member.ts';
import type { FakePatroni } from './fake-patroni.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly user: string | undefined;
  readonly body: Record<string, unknown>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What curl reaches from a machine of the fleet: Patroni's REST API and the health of etcd, over TLS. */
export class FakeCurl {
  readonly #fleet: FakeFleet;
  readonly #etcd: FakeEtcd;
  readonly #patroni: FakePatroni;

  constructor(about: { fleet: FakeFleet; etcd: FakeEtcd; patroni: FakePatroni }) {
    this.#fleet = about.fleet;
    this.#etcd = about.etcd;
    this.#patroni = about.patroni;
  }

  run(call: Call): Partial<Output> {
    const parts = call.args.join('\0').split('\0--next\0').map((words) => words.split('\0'));
    const answers = parts.map((args): Partial<Output> => {
      const url = args.find((each) => each.startsWith('https://')) ?? '';
      const end = (status: number): string => (args.includes('--write-out') ? (args[args.indexOf('--write-out') + 1] ?? '').replaceAll(String.raw`\n`, '\n').replace('%{http_code}', String(status).padStart(3, '0')) : '');
      try {
        const { status, ...answer } = this.#get({ ...call, args }, new URL(url));
        return { ...answer, stdout: `${answer.stdout ?? ''}${end(status)}` };
      } catch (error) {
        // Of several it goes on with the next.
        if (parts.length === 1 && end(0) === '' || !(error instanceof ProgramError) || error.code === 2) throw error;
        return { code: error.code, stdout: end(0) };
      }
    });
    return { ...answers.at(-1), stdout: answers.map(({ stdout = '' }) => stdout).join('') };
  }

  #get({ machine, args, stdin }: Call, url: URL): Partial<Output> & { status: number } {
    const after = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
    const authority = after('--cacert') ?? '';
    if (machine.tree.find(authority) === undefined) throw new ProgramError(`(77) error setting certificate verify locations: ${authority}`, 77);
    const place = this.#fleet.at(url.hostname);
    if (place === undefined || !args.includes('--max-time')) throw new ProgramError(`the fake machine does not know curl ${args.join(' ')}`, 2);
    if (url.port === '2379' && this.#etcd.members.includes(place.machine)) {
      for (const flag of ['--cert', '--key']) if (machine.tree.find(after(flag) ?? '') === undefined) throw new ProgramError('(58) could not load the client certificate', 58);
      return this.#etcd.answered(url.pathname, JSON.parse(after('--data') ?? '{}') as { key?: string });
    }
    if (url.port !== '8008' || !runs(place.machine, 'patroni.service')) throw new ProgramError(`(7) Failed to connect to ${url.host}`, 7);
    const given = args.includes('--config') ? Buffer.from(stdin).toString('utf8') : '';
    const setting = (name: string): string | undefined => {
      const found = new RegExp(`^${name} = (".*")$`, 'm').exec(given)?.[1];
      return found === undefined ? undefined : (JSON.parse(found) as string);
    };
    const { status, body } = this.#answer(place, { method: after('--request') ?? 'GET', path: url.pathname, user: setting('user'), body: JSON.parse(setting('data') ?? '{}') as Record<string, unknown> });
    const stdout = typeof body === 'string' ? body : JSON.stringify(body);
    return { status, stdout, ...(status >= 400 && args.includes('--fail-with-body') ? { code: 22, stderr: `curl: (22) The requested URL returned error: ${status}\n` } : {}) };
  }

  #answer(place: Place, { method, path, user, body }: Request): Answer {
    const member = this.#patroni.settled(place.machine);
    if (member === undefined) return { status: 503, body: '' };
    if (method === 'GET') return this.#read(member, path);
    const { username, password } = member.written.restapi.authentication;
    if (user !== `${username}:${password}`) return { status: 401, body: 'no auth header received' };
    if (!this.#patroni.answers) return { status: 503, body: 'no DCS' };
    place.machine.changing();
    switch (`${method} ${path}`) {
      case 'PATCH /config': return this.#configured(body);
      case 'POST /restart': return this.#restarted(member, body);
      case 'POST /switchover': return this.#switchedOver(member, body);
      default: throw new ProgramError(`the fake Patroni does not know ${method} ${path}`, 2);
    }
  }

  #read(member: Member, path: string): Answer {
    const { keys, answers, leader } = this.#patroni;
    const { memory, serves, data } = member;
    const patroni = { version: '4.0.5', scope: member.written.scope, name: member.written.name };
    const loopedAt = memory.loops * (memory.known?.loop_wait ?? 2);
    if (path === '/patroni' && !serves) return { status: 503, body: { state: stateOf(member), role: 'uninitialized', dcs_last_seen: loopedAt, patroni } };
    if (path === '/patroni') {
      const role = leader?.place.name === member.place.name ? 'primary' : 'replica';
      return { status: 200, body: { state: 'running', role, server_version: memory.server, timeline: data.timeline, database_system_identifier: systemId, dcs_last_seen: loopedAt, patroni, ...(this.#patroni.pending(member) ? { pending_restart: true } : {}) } };
    }
    if (!answers) return { status: 503, body: '' };
    if (path === '/config') return keys.config === undefined ? { status: 502, body: '' } : { status: 200, body: keys.config };
    if (path !== '/cluster') throw new ProgramError(`the fake Patroni does not know GET ${path}`, 2);
    return { status: 200, body: { members: this.#patroni.members.map((each) => this.#shown(each)), scope: 'keybuzz-pg' } };
  }

  #shown(member: Member): object {
    const { leader, keys } = this.#patroni;
    const leads = leader?.place.name === member.place.name;
    const standby = (keys.config as Dynamic | undefined)?.synchronous_mode === 'quorum' ? 'quorum_standby' : 'replica';
    const state = member.serves && leader !== undefined && !leads ? 'streaming' : stateOf(member);
    return { name: member.written.name, role: leads ? 'leader' : member.serves ? standby : 'replica', state, ...(member.serves ? { timeline: member.data.timeline } : {}), ...(leads ? {} : { lag: member.serves ? 0 : 'unknown' }) };
  }

  #configured(body: Record<string, unknown>): Answer {
    const config = merged(this.#patroni.keys.config ?? {}, body);
    this.#etcd.keys = { ...this.#etcd.keys, config };
    return { status: 200, body: config };
  }

  #restarted(member: Member, { restart_pending: onlyPending }: Record<string, unknown>): Answer {
    if (onlyPending === true && !this.#patroni.pending(member)) return { status: 202, body: 'restart conditions are not satisfied' };
    this.#patroni.restart(member);
    return { status: 200, body: 'restarted successfully' };
  }

  #switchedOver(member: Member, { leader, candidate }: Record<string, unknown>): Answer {
    const { leader: now, members } = this.#patroni;
    if (now?.written.name !== leader) return { status: 412, body: 'leader name does not match' };
    const [next] = members.filter(({ serves, written }) => serves && written.name !== leader && (candidate === undefined || written.name === candidate));
    if (next === undefined) return { status: 412, body: 'switchover is not possible: no good candidates have been found' };
    this.#patroni.promote(next, member.place.machine);
    return { status: 200, body: `Successfully switched over to "${next.written.name}"` };
  }
}

function stateOf({ memory, serves }: Member): string {
  if (serves) return 'running';
  return memory.task === 'copy' ? 'creating replica' : memory.task === 'bootstrap' ? 'initializing new cluster' : 'stopped';
}

/** As a PATCH of Patroni is taken in: null removes. */
function merged(present: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const all = Object.entries(change).map(([key, value]): [string, unknown] => [key, typeof value === 'object' && value !== null ? merged((present[key] ?? {}) as Record<string, unknown>, value as Record<string, unknown>) : value]);
  return Object.fromEntries(Object.entries({ ...present, ...Object.fromEntries(all) }).filter(([, value]) => value !== null));
}
