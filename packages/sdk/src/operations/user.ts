import { sh } from '../command/index.ts';
import { change, operation, predicted, type Change, type Operation } from '../converge/index.ts';
import { account, groupNamed, type Account } from '../facts/accounts.ts';
import { accountName } from './account-name.ts';

/** An account; what is not said is left as it is, or as useradd chooses. */
export interface UserOptions {
  readonly name: string;
  readonly uid?: number;
  /** A number of the system's range, and no home made unless `createHome`. */
  readonly system?: boolean;
  readonly home?: string;
  readonly shell?: string;
  /** The primary group; one of the same name by default. */
  readonly group?: string;
  /** Supplementary groups it is in; it may be in others as well. */
  readonly groups?: readonly string[];
  /** Whether useradd makes the home; only for accounts that are not of the system by default. */
  readonly createHome?: boolean;
}

/** The account exists as described and is in these groups. A wrong password or home content is not its business. */
export function user(options: UserOptions): Operation {
  const name = accountName(options.name);
  return operation({
    title: `user ${name} exists`,
    look: { now: account(name), namesake: groupNamed(name) },
    change: ({ now, namesake }, turn) => (now === undefined ? [added(options, namesake !== undefined || predicted(turn).includes(`group:${name}`))] : altered(options, now)),
  });
}

function added(options: UserOptions, namesake: boolean): Change {
  const { name, uid, system = false, home, shell, groups = [], createHome = !system } = options;
  // useradd refuses to make a group that is there already.
  const group = options.group ?? (namesake ? name : undefined);
  const flags = [
    ...(system ? ['--system'] : []),
    ...(uid === undefined ? [] : ['--uid', uid]),
    ...(group === undefined ? ['--user-group'] : ['--gid', group]),
    ...(home === undefined ? [] : ['--home-dir', home]),
    ...(shell === undefined ? [] : ['--shell', shell]),
    ...(groups.length === 0 ? [] : ['--groups', groups.join(',')]),
    createHome ? '--create-home' : '--no-create-home',
  ];
  return change(sh`useradd ${flags} ${name}`, { summary: `add user ${name}`, touches: [`user:${name}`, `group:${name}`] });
}

function altered(options: UserOptions, now: Account): Change[] {
  const { name } = options;
  const absent = (options.groups ?? []).filter((group) => !now.groups.includes(group));
  const one = (what: string, flag: string, [from, to]: readonly [string | number, string | number | undefined]): Change[] => {
    if (to === undefined || from === to) return [];
    const difference = { kind: 'value', what: `${what} of ${name}`, from: String(from), to: String(to) } as const;
    return [change(sh`usermod ${flag} ${to} ${name}`, { summary: `${what} of ${name} is ${to}`, touches: [`user:${name}`], difference })];
  };
  const joined = absent.length === 0 ? undefined : absent.join(',');
  return [
    ...one('number', '--uid', [now.uid, options.uid]),
    ...one('home', '--home', [now.home, options.home]),
    ...one('shell', '--shell', [now.shell, options.shell]),
    ...(joined === undefined ? [] : [change(sh`usermod --append --groups ${joined} ${name}`, {
      summary: `${name} is in ${absent.join(' and ')}`,
      touches: [`user:${name}`],
      difference: { kind: 'value', what: `groups of ${name}`, from: now.groups.join(' ') || 'none', to: [...now.groups, ...absent].join(' ') },
    })]),
  ];
}
