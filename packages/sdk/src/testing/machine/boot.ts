import { applySysctls, fstab, loadModule } from '../programs/kernel.ts';
import { plantKernel } from './base-tree.ts';
import type { Machine } from './machine.ts';
import { allUnits } from './unit-file.ts';
import { start } from './units.ts';

/** The machine has just booted: what is kept in memory is gone, what its files say is there. */
export function boot(machine: Machine): void {
  machine.quietly(() => {
    const { tree } = machine;
    const container = tree.find('/run/systemd/container') !== undefined;
    for (const folder of ['/run', '/tmp']) for (const name of tree.names(folder)) tree.remove(`${folder}/${name}`, { recursive: true });
    for (const folder of ['/run/lock', '/run/systemd/system']) tree.mkdir(folder, { recursive: true });
    if (container) tree.write('/run/systemd/container', 'systemd-nspawn\n');
    for (const name of machine.packages.keys()) for (const folder of machine.catalog[name]?.folders ?? []) if (folder.startsWith('/run/')) tree.mkdir(folder, { recursive: true });
    machine.bootedAt = machine.now;
    machine.units.clear();
    machine.transients.clear();
    machine.kernel.clear();
    bootKernel(machine);
    const units = allUnits(machine);
    machine.loaded = new Map(units.map((unit) => [unit.id, unit.hash]));
    for (const unit of units) if (unit.state === 'enabled' || (unit.state === 'static' && isBase(machine, unit.id))) tryStart(machine, unit.id);
  });
}

function bootKernel(machine: Machine): void {
  const { tree } = machine;
  for (const name of tree.names('/sys/module')) tree.remove(`/sys/module/${name}`, { recursive: true });
  tree.write('/proc/modules', '');
  tree.remove('/proc/sys', { recursive: true });
  plantKernel(machine);
  tree.write('/proc/sys/kernel/hostname', tree.textIfAny('/etc/hostname').trim() || 'localhost');
  const lists = tree.names('/etc/modules-load.d').filter((name) => name.endsWith('.conf') && !name.startsWith('.'));
  for (const path of ['/etc/modules', ...lists.map((name) => `/etc/modules-load.d/${name}`)]) {
    for (const name of tree.textIfAny(path).split('\n').map((line) => line.trim())) if (/^[\w-]+$/.test(name)) loadModule(machine, name.replaceAll('-', '_'));
  }
  applySysctls(machine);
  const lines = fstab(machine);
  machine.kernel.set('swaps', lines.filter((line) => line.type === 'swap').map((line) => line.what).join('\n'));
  const mounted = lines.filter((line) => line.type !== 'swap').map((line) => ({ ...line, what: machine.devices.get(line.what)?.path ?? line.what }));
  machine.kernel.set('mounts', JSON.stringify(mounted));
}

function tryStart(machine: Machine, id: string): void {
  try {
    start(machine, id);
  } catch {
    // It is failed then, as `systemctl --failed` would say.
  }
}

/** Static units that every boot pulls in; others wait until something starts them. */
function isBase({ catalog }: Machine, id: string): boolean {
  return ['systemd'].some((name) => catalog[name]?.units?.some((unit) => unit.name === id) === true);
}
