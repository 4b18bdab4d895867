import type { Machine } from './machine.ts';

/** A line of /etc/passwd. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

/** A line of /etc/group. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export function users(machine: Machine): User[] {
  return fields(machine, '/etc/passwd').map(([name = '', , uid, gid, comment = '', home = '', shell = '']) => ({ name, uid: Number(uid), gid: Number(gid), comment, home, shell }));
}

export function groups(machine: Machine): Group[] {
  return fields(machine, '/etc/group').map(([name = '', , gid, members = '']) => ({ name, gid: Number(gid), members: members.split(',').filter(Boolean) }));
}

/** The lines of such a file, split at colons. */
export function fields(machine: Machine, path: string): string[][] {
  return machine.tree.textIfAny(path).split('\n').filter((line) => line !== '').map((line) => line.split(':'));
}

export function uidOf(machine: Machine, name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : users(machine).find((u) => u.name === name)?.uid;
}

export function gidOf(machine: Machine, name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : groups(machine).find((g) => g.name === name)?.gid;
}

/** The lines with the one of that name replaced, added or (undefined) removed; one change, as the tools do it: a new file renamed into place. */
export function setLine(machine: Machine, path: string, about: { name: string; line: string | undefined }): void {
  const before = machine.tree.textIfAny(path).split('\n').filter((line) => line !== '');
  const at = before.findIndex((line) => line.startsWith(`${about.name}:`));
  const kept = about.line === undefined ? before.filter((_, i) => i !== at) : at === -1 ? [...before, about.line] : before.with(at, about.line);
  if (kept.join('\n') !== before.join('\n')) machine.tree.write(path, `${kept.join('\n')}\n`);
}

/** The user is in /etc/passwd and /etc/shadow, with a group of its own when `gid` is not said. */
export function addUser(machine: Machine, user: Omit<User, 'uid' | 'gid'> & { uid?: number; gid?: number; system?: boolean }): void {
  const { name, system = false, comment, home, shell } = user;
  const uid = user.uid ?? free(users(machine).map((u) => u.uid), system);
  const gid = user.gid ?? addGroup(machine, { name, gid: groups(machine).some((g) => g.gid === uid) ? undefined : uid, system });
  setLine(machine, '/etc/shadow', { name, line: `${name}:!:20000::::::` });
  setLine(machine, '/etc/passwd', { name, line: [name, 'x', uid, gid, comment, home, shell].join(':') });
}

/** The group is in /etc/group; answers its number. */
export function addGroup(machine: Machine, group: { name: string; gid?: number | undefined; system?: boolean; members?: readonly string[] }): number {
  const known = groups(machine).find((g) => g.name === group.name);
  if (known !== undefined) return known.gid;
  const gid = group.gid ?? free(groups(machine).map((g) => g.gid), group.system ?? false);
  setLine(machine, '/etc/group', { name: group.name, line: `${group.name}:x:${gid}:${(group.members ?? []).join(',')}` });
  return gid;
}

function free(taken: readonly number[], system: boolean): number {
  const step = system ? -1 : 1;
  let id = system ? 999 : 1000;
  while (taken.includes(id)) id += step;
  return id;
}
