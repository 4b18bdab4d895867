import { addGroup, addUser, fields, gidOf, groups, setLine, users, type Group, type User } from '../machine/accounts.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;
const files: Readonly<Record<string, string>> = { passwd: '/etc/passwd', group: '/etc/group', shadow: '/etc/shadow' };

function getent({ machine, args: [base = '', ...keys] }: Call): { code: number; stdout: string } {
  if (base === 'hosts' || base === 'ahosts' || base === 'ahostsv4') return hosts(machine, keys);
  const path = files[base];
  if (path === undefined) throw new ProgramError(`Unknown database: ${base}`, 1);
  const lines = fields(machine, path);
  const found = keys.length === 0 ? lines : keys.flatMap((key) => lines.filter((line) => line[0] === key || (base !== 'shadow' && line[2] === key)));
  const known = keys.every((key) => found.some((line) => line[0] === key || line[2] === key));
  return { code: known ? 0 : 2, stdout: found.map((line) => `${line.join(':')}\n`).join('') };
}

function hosts({ tree }: Machine, names: readonly string[]): { code: number; stdout: string } {
  const lines = tree.text('/etc/hosts').split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  const found = names.flatMap((name) => lines.filter(([address, ...known]) => known.includes(name) || address === name).slice(0, 1));
  return { code: found.length === names.length ? 0 : 2, stdout: found.map(([address, ...known]) => `${address?.padEnd(15)} ${known.join(' ')}\n`).join('') };
}

function useradd(call: Call): undefined {
  const { machine, args } = call;
  const { flags, operands: [name = ''] } = parsed(args, {
    system: { ...flag, short: 'r' },
    uid: { ...word, short: 'u' },
    gid: { ...word, short: 'g' },
    groups: { ...word, short: 'G' },
    'home-dir': { ...word, short: 'd' },
    shell: { ...word, short: 's' },
    comment: { ...word, short: 'c' },
    'user-group': { ...flag, short: 'U' },
    'create-home': { ...flag, short: 'm' },
    'no-create-home': { ...flag, short: 'M' },
  });
  if (users(machine).some((u) => u.name === name)) throw new ProgramError(`user '${name}' already exists`, 9);
  if (flags.gid === undefined && groups(machine).some((g) => g.name === name)) throw new ProgramError(`group ${name} exists - if you want to add this user to that group, use -g.`, 9);
  const uid = flags.uid === undefined ? undefined : Number(flags.uid);
  if (uid !== undefined && users(machine).some((u) => u.uid === uid)) throw new ProgramError(`UID ${uid} is not unique`, 4);
  const gid = flags.gid === undefined ? undefined : known(machine, flags.gid);
  const joined = (flags.groups ?? '').split(',').filter(Boolean);
  for (const each of joined) known(machine, each);
  const home = flags['home-dir'] ?? `/home/${name}`;
  addUser(machine, { name, comment: flags.comment ?? '', home, shell: flags.shell ?? '/bin/sh', system: flags.system === true, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) });
  for (const each of joined) join(machine, each, name);
  if (flags['create-home'] === true && machine.tree.find(home) === undefined) {
    const group = groups(machine).find((g) => g.gid === (gid ?? gidOf(machine, name)))?.name ?? 'root';
    machine.tree.mkdir(home, { mode: 0o700, owner: name, group });
  }
}

function usermod({ machine, args }: Call): undefined {
  const { flags, operands: [name = ''] } = parsed(args, {
    append: { ...flag, short: 'a' },
    groups: { ...word, short: 'G' },
    gid: { ...word, short: 'g' },
    uid: { ...word, short: 'u' },
    home: { ...word, short: 'd' },
    shell: { ...word, short: 's' },
    comment: { ...word, short: 'c' },
    lock: { ...flag, short: 'L' },
    unlock: { ...flag, short: 'U' },
  });
  const user = users(machine).find((u) => u.name === name);
  if (user === undefined) throw new ProgramError(`user '${name}' does not exist`, 6);
  const changed: User = {
    ...user,
    uid: Number(flags.uid ?? user.uid),
    gid: flags.gid === undefined ? user.gid : known(machine, flags.gid),
    home: flags.home ?? user.home,
    shell: flags.shell ?? user.shell,
    comment: flags.comment ?? user.comment,
  };
  setLine(machine, '/etc/passwd', { name, line: [name, 'x', changed.uid, changed.gid, changed.comment, changed.home, changed.shell].join(':') });
  const wanted = flags.groups?.split(',').filter(Boolean);
  for (const each of wanted ?? []) known(machine, each);
  for (const each of wanted ?? []) join(machine, each, name);
  if (wanted !== undefined && flags.append !== true) for (const each of groups(machine)) if (!wanted.includes(each.name)) leave(machine, each, name);
  if (flags.lock === true || flags.unlock === true) {
    const [, hash = '', ...rest] = fields(machine, '/etc/shadow').find(([each]) => each === name) ?? [];
    setLine(machine, '/etc/shadow', { name, line: [name, flags.lock === true ? `!${hash.replace(/^!/, '')}` : hash.replace(/^!/, ''), ...rest].join(':') });
  }
}

function known(machine: Machine, group: string): number {
  const gid = gidOf(machine, group);
  if (gid === undefined) throw new ProgramError(`group '${group}' does not exist`, 6);
  return gid;
}

function join(machine: Machine, group: string, user: string): void {
  const found = groups(machine).find((g) => g.name === group || String(g.gid) === group);
  if (found === undefined || found.members.includes(user)) return;
  write(machine, { ...found, members: [...found.members, user] });
}

function leave(machine: Machine, group: Group, user: string): void {
  if (group.members.includes(user)) write(machine, { ...group, members: group.members.filter((each) => each !== user) });
}

function write(machine: Machine, { name, gid, members }: Group): void {
  setLine(machine, '/etc/group', { name, line: `${name}:x:${gid}:${members.join(',')}` });
}

function groupadd({ machine, args }: Call): undefined {
  const { flags, operands: [name = ''] } = parsed(args, { system: { ...flag, short: 'r' }, gid: { ...word, short: 'g' } });
  if (groups(machine).some((g) => g.name === name)) throw new ProgramError(`group '${name}' already exists`, 9);
  if (groups(machine).some((g) => String(g.gid) === flags.gid)) throw new ProgramError(`GID '${flags.gid}' already exists`, 4);
  addGroup(machine, { name, system: flags.system === true, gid: flags.gid === undefined ? undefined : Number(flags.gid) });
}

function groupmod({ machine, args }: Call): undefined {
  const { flags, operands: [name = ''] } = parsed(args, { gid: { ...word, short: 'g' } });
  const group = groups(machine).find((g) => g.name === name);
  if (group === undefined) throw new ProgramError(`group '${name}' does not exist`, 6);
  write(machine, { ...group, gid: Number(flags.gid ?? group.gid) });
}

function userdel({ machine, args }: Call): undefined {
  const { flags, operands: [name = ''] } = parsed(args, { remove: { ...flag, short: 'r' } });
  const user = users(machine).find((u) => u.name === name);
  if (user === undefined) throw new ProgramError(`user '${name}' does not exist`, 6);
  for (const each of groups(machine)) leave(machine, each, name);
  setLine(machine, '/etc/shadow', { name, line: undefined });
  setLine(machine, '/etc/passwd', { name, line: undefined });
  if (flags.remove === true) machine.tree.remove(user.home, { recursive: true, force: true });
}

function groupdel({ machine, args: [name = ''] }: Call): undefined {
  if (!groups(machine).some((g) => g.name === name)) throw new ProgramError(`group '${name}' does not exist`, 6);
  setLine(machine, '/etc/group', { name, line: undefined });
}

function chpasswd({ machine, args, stdin }: Call): undefined {
  const { flags } = parsed(args, { encrypted: { ...flag, short: 'e' } });
  if (flags.encrypted !== true) throw new ProgramError('the fake machine knows chpasswd -e only', 2);
  for (const line of Buffer.from(stdin).toString('utf8').split('\n').filter(Boolean)) {
    const [name = '', hash = ''] = line.split(':');
    const present = fields(machine, '/etc/shadow').find(([each]) => each === name);
    if (present === undefined) throw new ProgramError(`line 1: user '${name}' does not exist`);
    setLine(machine, '/etc/shadow', { name, line: [name, hash, ...present.slice(2)].join(':') });
  }
}

/** Programs that read and change accounts. */
export const accountPrograms: readonly Program[] = [
  program('getent', getent),
  ...([['useradd', useradd], ['usermod', usermod], ['userdel', userdel], ['groupadd', groupadd], ['groupmod', groupmod], ['groupdel', groupdel], ['chpasswd', chpasswd]] as const).map(([name, run]) =>
    program(name, run, { path: `/usr/sbin/${name}` }),
  ),
];
