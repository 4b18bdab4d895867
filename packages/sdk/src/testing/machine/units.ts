import { createHash } from 'node:crypto';
import { catalogUnit, type Socket } from './catalog.ts';
import type { Machine, UnitState } from './machine.ts';
import { ProgramError } from './program.ts';
import { allUnits, unitFile, words, type UnitFile } from './unit-file.ts';

/** The unit as it runs now; a unit that never ran is inactive. */
export function running(machine: Machine, id: string): UnitState {
  return machine.units.get(id) ?? { active: 'inactive', startedAt: 0, configuration: '', pid: 0 };
}

/** What the unit would read now: its own file, its drop-ins, and what the catalog and its file name. */
export function configurationOf(machine: Machine, unit: UnitFile): string {
  const named = words(unit.directives, 'Service.EnvironmentFile').map((path) => path.replace(/^-/, ''));
  const reads = [...(catalogUnit(machine.catalog, unit.id)?.reads ?? []), ...named];
  const hash = createHash('sha256').update(ofProcess(unit));
  for (const path of reads) {
    for (const each of machine.tree.find(path) === undefined ? [] : machine.tree.below(machine.tree.real(path))) {
      const entry = machine.tree.find(each);
      if (entry?.type === 'file' && !each.includes('/.')) hash.update(each).update(entry.bytes);
    }
  }
  return hash.digest('hex');
}

// What systemd itself goes by: in force for a process that runs as soon as the files are read again (systemd.service(5)).
const manager = /^(Unit|Install)\.|^Service\.(Restart|RestartSec|ExecReload|ExecStop|ExecStopPost|TimeoutStopSec)$/;

/** What a unit's files say that its process gets only when it is started. */
function ofProcess({ directives }: UnitFile): string {
  return JSON.stringify([...directives].filter(([key]) => !manager.test(key)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The unit runs with its present configuration, or this throws what systemctl would say. */
export function start(machine: Machine, asked: string, verb: 'start' | 'restart' = 'start'): void {
  const unit = startable(machine, asked);
  const now = running(machine, unit.id);
  if (now.active === 'active' && verb === 'start') return;
  const behaviour = catalogUnit(machine.catalog, unit.id);
  const refusal = behaviour?.refuses?.(machine) ?? missingProgram(machine, unit);
  if (refusal !== undefined) {
    machine.setUnit(unit.id, { ...now, active: 'failed' });
    machine.journal.set(unit.id, refusal);
    throw new ProgramError(`Job for ${unit.id} failed because the control process exited with error code.\nSee "systemctl status ${unit.id}" and "journalctl -xeu ${unit.id}" for details.`);
  }
  load(machine, unit);
  machine.setUnit(unit.id, { active: 'active', startedAt: machine.now, configuration: configurationOf(machine, unit), pid: machine.newPid() });
  behaviour?.started?.(machine);
}

export function stop(machine: Machine, asked: string): void {
  const { id } = unitFile(machine, asked);
  const now = running(machine, id);
  if (now.active === 'active') machine.setUnit(id, { ...now, active: 'inactive', pid: 0 });
}

/** The running unit has taken its files in again; one that cannot reload says so. */
export function reload(machine: Machine, asked: string): void {
  const unit = startable(machine, asked);
  const now = running(machine, unit.id);
  if (!canReload(machine, unit)) throw new ProgramError(`Failed to reload ${unit.id}: Job type reload is not applicable for unit ${unit.id}.`);
  if (now.active !== 'active') throw new ProgramError(`${unit.id} is not active, cannot reload.`);
  const behaviour = catalogUnit(machine.catalog, unit.id);
  const refusal = behaviour?.refuses?.(machine);
  if (refusal !== undefined) throw new ProgramError(`Job for ${unit.id} failed: ${refusal}`);
  machine.setUnit(unit.id, { ...now, configuration: configurationOf(machine, unit) });
  behaviour?.started?.(machine);
}

export function canReload({ catalog }: Machine, unit: UnitFile): boolean {
  return catalogUnit(catalog, unit.id)?.reloads ?? unit.directives.has('Service.ExecReload');
}

/** Whether the unit's files are others than systemd has read. */
export function needsDaemonReload(machine: Machine, unit: UnitFile): boolean {
  const known = machine.loaded.get(unit.id);
  return known !== undefined && known !== unit.hash;
}

export function daemonReload(machine: Machine): void {
  const files = new Map(allUnits(machine).map((unit) => [unit.id, unit.hash]));
  if (files.size !== machine.loaded.size || [...files].some(([id, hash]) => machine.loaded.get(id) !== hash)) machine.setLoaded(files);
}

/** Everything the machine's running units listen on. */
export function sockets(machine: Machine): readonly (Socket & { unit: string })[] {
  return [...machine.units].filter(([, { active }]) => active === 'active').flatMap(([id]) => (catalogUnit(machine.catalog, id)?.listens?.(machine) ?? []).map((socket) => ({ ...socket, unit: id })));
}

function startable(machine: Machine, asked: string): UnitFile {
  const unit = unitFile(machine, asked);
  if (unit.load === 'masked') throw new ProgramError(`Failed to start ${unit.id}: Unit ${unit.id} is masked.`);
  if (unit.load === 'not-found') throw new ProgramError(`Failed to start ${unit.id}: Unit ${unit.id} not found.`, 5);
  return unit;
}

function load(machine: Machine, unit: UnitFile): void {
  if (!machine.loaded.has(unit.id)) machine.loaded.set(unit.id, unit.hash);
}

function missingProgram({ tree }: Machine, unit: UnitFile): string | undefined {
  for (const line of unit.directives.get('Service.ExecStart') ?? []) {
    const path = line.replace(/^[-@:+!]+/, '').split(/\s/)[0] ?? '';
    if (tree.find(path) === undefined) return `Failed to locate executable ${path}: No such file or directory`;
  }
  const user = unit.directives.get('Service.User')?.at(-1);
  if (user !== undefined && !/^\d+$/.test(user) && !tree.text('/etc/passwd').includes(`${user}:`)) return `Failed to determine user credentials: No such process (User=${user})`;
  return undefined;
}
