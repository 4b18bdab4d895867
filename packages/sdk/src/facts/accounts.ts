import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** An account as the host's name service knows it. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** The supplementary groups that list it, sorted. */
  readonly groups: readonly string[];
}

/** A group and who is listed in it. */
export interface Group {
  readonly gid: number;
  readonly members: readonly string[];
}

const separator = '--';

/** An account, or undefined when there is none of that name. One `getent` each for accounts and groups, whatever the number. */
export const account: (name: string) => Fact<Account | undefined> = reader<Account | undefined>({
  name: 'accounts',
  command: (names) => sh`getent passwd ${names}; echo ${separator}; getent group`,
  parse: ({ stdout }, names) => {
    const [accounts = '', groups = ''] = stdout.split(`${separator}\n`);
    const listed = [...groupLines(groups)];
    const found = new Map<string, Account | undefined>(names.map((name) => [name, undefined]));
    for (const [name = '', , uid, gid, comment = '', home = '', shell = ''] of fields(accounts)) {
      const member = listed.filter(([, { members }]) => members.includes(name)).map(([group]) => group);
      found.set(name, { uid: Number(uid), gid: Number(gid), comment, home, shell, groups: member.toSorted() });
    }
    return found;
  },
});

/** A group, or undefined when there is none of that name. One `getent` for all groups. */
export const groupNamed: (name: string) => Fact<Group | undefined> = reader<Group | undefined>({
  name: 'groups',
  command: (names) => sh`getent group ${names}`,
  // It exits 2 when one of them is unknown, which is an answer.
  anyExit: true,
  parse: ({ code, stdout, stderr }, names) => {
    if (code !== 0 && code !== 2) throw new Error(`getent: exit ${code}: ${stderr}`);
    return new Map([...names.map((name): [string, Group | undefined] => [name, undefined]), ...groupLines(stdout)]);
  },
});

function groupLines(text: string): [string, Group][] {
  return fields(text).map(([name = '', , gid, members = '']) => [name, { gid: Number(gid), members: members.split(',').filter((each) => each !== '') }]);
}

function fields(text: string): string[][] {
  return text.split('\n').filter((line) => line !== '').map((line) => line.split(':'));
}
