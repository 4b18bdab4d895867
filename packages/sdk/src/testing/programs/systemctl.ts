import { posix } from 'node:path';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';
import { allUnits, fullName, unitFile, wants, words, type UnitFile } from '../machine/unit-file.ts';
import { canReload, daemonReload, needsDaemonReload, reload, running, start, stop } from '../machine/units.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

interface Order {
  readonly machine: Machine;
  readonly units: readonly string[];
  readonly now: boolean;
  readonly quiet: boolean;
}

type Verb = (order: Order) => string | undefined | Partial<Output>;

const each = (act: (machine: Machine, unit: string) => void): Verb => ({ machine, units }) => {
  for (const unit of units) act(machine, unit);
  return undefined;
};

const verbs: Readonly<Record<string, Verb>> = {
  start: each((machine, unit) => start(machine, unit)),
  restart: each((machine, unit) => start(machine, unit, 'restart')),
  'try-restart': each((machine, unit) => void (isActive(machine, unit) && start(machine, unit, 'restart'))),
  stop: each(stopAny),
  reload: each(reload),
  'reload-or-restart': each((machine, unit) => (canReload(machine, unitFile(machine, unit)) && isActive(machine, unit) ? reload(machine, unit) : start(machine, unit, 'restart'))),
  'reset-failed': each(resetFailed),
  enable: each(enable),
  disable: each(disable),
  mask: each(mask),
  unmask: each(unmask),
  reboot: ({ machine }) => void machine.reboot(),
  'daemon-reload': ({ machine }) => void daemonReload(machine),
  'daemon-reexec': ({ machine }) => void daemonReload(machine),
  'is-active': ({ machine, units, quiet }) => {
    const states = units.map((unit) => (machine.transients.has(unit) ? 'active' : running(machine, unitFile(machine, unit).id).active));
    return { stdout: quiet ? '' : states.map((state) => `${state}\n`).join(''), code: states.includes('active') ? 0 : 3 };
  },
  'is-enabled': ({ machine, units, quiet }) => {
    const states = units.map((unit) => unitFile(machine, unit).state || 'not-found');
    return { stdout: quiet ? '' : states.map((state) => `${state}\n`).join(''), code: states.every((state) => ['enabled', 'static'].includes(state)) ? 0 : 1 };
  },
  'is-system-running': ({ machine }) => {
    const failed = [...machine.units.values()].some(({ active }) => active === 'failed');
    return { stdout: failed ? 'degraded\n' : 'running\n', code: failed ? 1 : 0 };
  },
};

function systemctl(call: Call): string | undefined | Partial<Output> {
  const { machine, args } = call;
  const { flags, operands: [verb = '', ...units] } = parsed(args, {
    quiet: { ...flag, short: 'q' },
    now: flag,
    force: { ...flag, short: 'f' },
    'no-pager': flag,
    'no-block': flag,
    'no-legend': flag,
    plain: flag,
    failed: flag,
    full: flag,
    all: { ...flag, short: 'a' },
    state: word,
    type: word,
    output: { ...word, short: 'o' },
    property: { ...word, short: 'p', multiple: true },
    value: flag,
    timestamp: word,
  });
  if (verb === 'show') return show(machine, { units, properties: (flags.property ?? []).flatMap((each) => each.split(',')), value: flags.value === true });
  if (verb === 'list-units') return listUnits(machine, { state: flags.failed === true ? 'failed' : flags.state, patterns: units });
  const act = verbs[verb];
  if (act === undefined) throw new ProgramError(`Unknown command verb '${verb}'.`);
  const rewrites = ['enable', 'disable', 'mask', 'unmask'].includes(verb);
  const answer = act({ machine, units, now: flags.now === true, quiet: flags.quiet === true });
  // It reads all unit files again after it has changed links.
  if (rewrites) daemonReload(machine);
  if (flags.now === true && verb === 'enable') for (const unit of units) start(machine, unit);
  if (flags.now === true && (verb === 'disable' || verb === 'mask')) for (const unit of units) stopAny(machine, unit);
  return answer;
}

function isActive(machine: Machine, unit: string): boolean {
  return running(machine, unitFile(machine, unit).id).active === 'active';
}

function stopAny(machine: Machine, unit: string): void {
  if (machine.transients.has(unit)) return machine.setTransient(unit, undefined);
  const file = unitFile(machine, unit);
  if (file.load === 'not-found' && !machine.units.has(file.id)) throw new ProgramError(`Failed to stop ${file.id}: Unit ${file.id} not loaded.`, 5);
  stop(machine, unit);
}

function resetFailed(machine: Machine, unit: string): void {
  const { id, load } = unitFile(machine, unit);
  const now = running(machine, id);
  if (load === 'not-found' && !machine.units.has(id)) throw new ProgramError(`Failed to reset failed state of unit ${id}: Unit ${id} not loaded.`);
  if (now.active === 'failed') machine.setUnit(id, { ...now, active: 'inactive' });
}

function found(machine: Machine, unit: string, verb: string): UnitFile {
  const file = unitFile(machine, unit);
  if (file.load === 'masked') throw new ProgramError(`Failed to ${verb} unit: Unit ${fullName(unit)} is masked`);
  if (file.load === 'not-found') throw new ProgramError(`Failed to ${verb} unit: Unit ${fullName(unit)} does not exist`);
  return file;
}

function enable(machine: Machine, unit: string): void {
  const { id, path = '', directives } = found(machine, unit, 'enable');
  for (const [key, kind] of [['WantedBy', 'wants'], ['RequiredBy', 'requires']] as const) {
    for (const target of words(directives, `Install.${key}`)) link(machine, path, `/etc/systemd/system/${target}.${kind}/${id}`);
  }
  for (const alias of words(directives, 'Install.Alias')) link(machine, path, `/etc/systemd/system/${alias}`);
  for (const also of words(directives, 'Install.Also')) if (unitFile(machine, also).state === 'disabled') enable(machine, also);
}

function link({ tree }: Machine, target: string, path: string): void {
  if (tree.find(path, { follow: false }) !== undefined) return;
  tree.mkdir(posix.dirname(path), { recursive: true });
  tree.symlink(target, path);
}

function disable(machine: Machine, unit: string): void {
  const { id, directives } = found(machine, unit, 'disable');
  const links = [...wants(machine).filter((path) => posix.basename(path) === id), ...words(directives, 'Install.Alias').map((alias) => `/etc/systemd/system/${alias}`)];
  for (const path of links) machine.tree.remove(path, { force: true });
}

function mask({ tree }: Machine, unit: string): void {
  const path = `/etc/systemd/system/${fullName(unit)}`;
  const there = tree.find(path, { follow: false });
  if (there?.type === 'file') throw new ProgramError(`Failed to mask unit: File ${path} already exists.`);
  if (tree.find(path) !== undefined && tree.real(path) === '/dev/null') return;
  tree.remove(path, { force: true });
  tree.symlink('/dev/null', path);
}

function unmask({ tree }: Machine, unit: string): void {
  const path = `/etc/systemd/system/${fullName(unit)}`;
  if (tree.find(path) !== undefined && tree.real(path) === '/dev/null') tree.remove(path);
}

function show(machine: Machine, about: { units: readonly string[]; properties: readonly string[]; value: boolean }): string {
  if (about.properties.length === 0) throw new ProgramError('the fake machine wants systemctl show --property=…', 2);
  const blocks = about.units.map((asked) => {
    const unit = unitFile(machine, asked);
    return about.properties.map((property) => `${about.value ? '' : `${property}=`}${propertyOf(machine, unit, property)}\n`).join('');
  });
  return blocks.join('\n');
}

function propertyOf(machine: Machine, unit: UnitFile, property: string): string {
  const now = running(machine, unit.id);
  const timer = machine.transients.get(unit.id);
  const service = unit.id.endsWith('.service');
  switch (property) {
    case 'Id': return unit.id;
    case 'Names': return [unit.id, ...unit.aliases].join(' ');
    case 'LoadState': return timer === undefined ? unit.load : 'loaded';
    case 'ActiveState': return timer === undefined ? now.active : 'active';
    case 'SubState': return now.active === 'active' ? 'running' : now.active === 'failed' ? 'failed' : 'dead';
    case 'UnitFileState': return unit.state;
    case 'NeedDaemonReload': return needsDaemonReload(machine, unit) ? 'yes' : 'no';
    case 'CanReload': return unit.load === 'loaded' && canReload(machine, unit) ? 'yes' : 'no';
    case 'ExecMainStartTimestamp': return service ? timestamp(now.startedAt) : '';
    case 'ActiveEnterTimestamp': return now.active === 'active' ? timestamp(now.startedAt) : '';
    case 'MainPID': return String(now.active === 'active' && service ? now.pid : 0);
    case 'NRestarts': return '0';
    case 'Result': return now.active === 'failed' ? 'exit-code' : 'success';
    case 'FragmentPath': return unit.path ?? '';
    default: throw new ProgramError(`the fake machine does not know the property ${property}`, 2);
  }
}

/** As --timestamp=us+utc writes it. */
function timestamp(milliseconds: number): string {
  if (milliseconds === 0) return '';
  const date = new Date(milliseconds);
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getUTCDay()];
  const micros = String(Math.round((milliseconds % 1000) * 1000)).padStart(6, '0');
  return `${day} ${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 19)}.${micros} UTC`;
}

function listUnits(machine: Machine, { state, patterns }: { state: string | undefined; patterns: readonly string[] }): string {
  const known = [...new Set([...allUnits(machine).map((unit) => unit.id), ...machine.units.keys()])].toSorted();
  const shown = known.filter((id) => (state === undefined || state.split(',').includes(running(machine, id).active)) && (patterns.length === 0 || patterns.some((pattern) => posix.matchesGlob(id, pattern))));
  return shown.map((id) => `${id} ${unitFile(machine, id).load} ${running(machine, id).active} ${running(machine, id).active === 'active' ? 'running' : 'dead'} ${id}\n`).join('');
}

/** The service manager's front. */
export const systemctlProgram: Program = program('systemctl', systemctl);
