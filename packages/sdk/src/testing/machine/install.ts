import { addGroup, addUser, users } from './accounts.ts';
import type { CatalogFile, CatalogPackage, CatalogUnit } from './catalog.ts';
import type { Machine, PackageState } from './machine.ts';
import type { Program } from './program.ts';
import type { Tree } from './tree.ts';
import { daemonReload, running, start, stop } from './units.ts';
import { unitFile } from './unit-file.ts';

/** Where dpkg notes what it has begun: what is there after a cut makes apt refuse to go on. */
export const journalPath = '/var/lib/dpkg/updates/0001';

/** The package's files are there; it is not configured yet. */
export function unpack(machine: Machine, about: { name: string; entry: CatalogPackage; version: string; auto: boolean }): void {
  const { name, entry, version, auto } = about;
  const { programs } = machine;
  const before = machine.packages.get(name);
  if (machine.tree.find(journalPath) === undefined) {
    machine.tree.mkdir('/var/lib/dpkg/updates', { recursive: true });
    machine.tree.write(journalPath, 'Package: in progress\n');
  }
  const state: PackageState = { version, status: 'half-installed', held: before?.held ?? false, auto: before?.status === 'installed' ? before.auto : auto };
  machine.setPackage(name, state);
  for (const path of entry.folders ?? []) machine.tree.mkdir(path, { recursive: true });
  for (const [path, file] of Object.entries(entry.files ?? {})) plant(machine, path, { file, configuration: path.startsWith('/etc/') });
  for (const [path, target] of Object.entries(entry.links ?? {})) {
    if (machine.tree.find(path, { follow: false }) === undefined) machine.tree.symlink(target, path);
  }
  for (const each of programs) if (each.package === name) plantProgram(machine.tree, each);
  for (const each of entry.programs ?? []) plant(machine, each.startsWith('/') ? each : `/usr/bin/${each}`, { file: { content: '\u007FELF', mode: 0o755 }, configuration: false });
  for (const unit of entry.units ?? []) plant(machine, `/usr/lib/systemd/system/${unit.name}`, { file: unitText(unit), configuration: false });
  machine.setPackage(name, { ...state, status: 'unpacked' });
}

/** The package is installed: its accounts are there, its units enabled and started unless that is forbidden. */
export function configure(machine: Machine, name: string, entry: CatalogPackage): void {
  const state = machine.packages.get(name) as PackageState;
  machine.setPackage(name, { ...state, status: 'half-configured' });
  for (const group of entry.groups ?? []) addGroup(machine, { name: group, system: true });
  for (const { name: user, home = '/nonexistent', shell = '/usr/sbin/nologin' } of entry.users ?? []) {
    if (!users(machine).some((u) => u.name === user)) addUser(machine, { name: user, comment: '', home, shell, system: true });
  }
  for (const [path, file] of Object.entries(entry.makes ?? {})) plant(machine, path, { file, configuration: true });
  daemonReload(machine);
  for (const unit of entry.units ?? []) settle(machine, unit);
  machine.setPackage(name, { ...state, status: 'installed' });
}

/** As a maintainer script does it: enabled by the preset at the first installation, started unless policy-rc.d forbids. */
function settle(machine: Machine, unit: CatalogUnit): void {
  const { tree } = machine;
  const { install = 'enabled', starts = true, name, aliases = [] } = unit;
  const state = unitFile(machine, name);
  if (install === 'enabled' && state.state === 'disabled' && tree.find(`/var/lib/systemd/deb-systemd-helper-enabled/${name}`) === undefined) {
    const wants = `/etc/systemd/system/${wantedBy(unit)}.wants`;
    tree.mkdir(wants, { recursive: true });
    tree.symlink(`/usr/lib/systemd/system/${name}`, `${wants}/${name}`);
    for (const alias of aliases) if (tree.find(`/etc/systemd/system/${alias}`, { follow: false }) === undefined) tree.symlink(`/usr/lib/systemd/system/${name}`, `/etc/systemd/system/${alias}`);
  }
  if (install === 'enabled' && tree.find(`/var/lib/systemd/deb-systemd-helper-enabled/${name}`) === undefined) {
    tree.mkdir('/var/lib/systemd/deb-systemd-helper-enabled', { recursive: true });
    tree.write(`/var/lib/systemd/deb-systemd-helper-enabled/${name}`, '');
  }
  const forbidden = tree.textIfAny('/usr/sbin/policy-rc.d').includes('exit 101');
  if (!starts || forbidden || state.load !== 'loaded' || install === 'disabled') return;
  try {
    start(machine, name);
  } catch (error) {
    // invoke-rc.d reports and goes on; a maintainer script ends with `|| true`.
    machine.journal.set(name, error instanceof Error ? error.message : String(error));
    if (running(machine, name).active !== 'failed') throw error;
  }
}

/** The package's files and units are gone; with `purge` what it made under /etc as well. */
export function removePackage(machine: Machine, name: string, about: { entry: CatalogPackage; purge: boolean }): void {
  const { entry, purge } = about;
  const { programs } = machine;
  const state = machine.packages.get(name) as PackageState;
  for (const unit of entry.units ?? []) {
    stop(machine, unit.name);
    machine.tree.remove(`/usr/lib/systemd/system/${unit.name}`, { force: true });
    if (purge) for (const path of machine.tree.below('/etc/systemd/system').filter((each) => each.endsWith(`/${unit.name}`))) machine.tree.remove(path, { force: true });
  }
  const own = programs.filter((p) => p.package === name && p.path !== null).map((p) => p.path ?? `/usr/bin/${p.name}`);
  for (const path of [...Object.keys(entry.files ?? {}), ...own, ...(entry.programs ?? []).map((each) => (each.startsWith('/') ? each : `/usr/bin/${each}`))]) {
    if (purge || !path.startsWith('/etc/')) machine.tree.remove(path, { force: true });
  }
  if (purge) for (const path of Object.keys(entry.makes ?? {})) machine.tree.remove(path, { force: true });
  const conffiles = Object.keys(entry.files ?? {}).some((path) => path.startsWith('/etc/'));
  machine.setPackage(name, purge || !conffiles ? undefined : { ...state, status: 'config-files' });
  daemonReload(machine);
}

/** The program's file is there: called by its path, it is found by its name. */
export function plantProgram(tree: Tree, { name, path = `/usr/bin/${name}` }: Program): void {
  if (path === null) return;
  tree.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  tree.write(path, `#!/bin/sh\n${name} "$@"\n`, { mode: 0o755 });
}

function plant({ tree }: Machine, path: string, about: { file: string | CatalogFile; configuration: boolean }): void {
  // An administrator's version of a configuration file stays (--force-confold).
  if (about.configuration && tree.find(path) !== undefined) return;
  const { content, mode = 0o644, owner = 'root', group = 'root' } = typeof about.file === 'string' ? { content: about.file } : about.file;
  tree.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
  tree.write(path, content, { mode, owner, group });
}

const wantedBy = ({ name }: CatalogUnit): string => (name.endsWith('.timer') ? 'timers.target' : name.endsWith('.socket') ? 'sockets.target' : 'multi-user.target');

function unitText(unit: CatalogUnit): string {
  const { name, reloads = false, install = 'enabled', user, aliases = [] } = unit;
  const service = name.endsWith('.service') ? ['[Service]', 'ExecStart=/usr/bin/env', ...(reloads ? ['ExecReload=/bin/kill -HUP $MAINPID'] : []), ...(user === undefined ? [] : [`User=${user}`])] : [];
  const installed = install === 'static' ? [] : ['[Install]', `WantedBy=${wantedBy(unit)}`, ...aliases.map((alias) => `Alias=${alias}`)];
  return `${['[Unit]', `Description=${name}`, ...service, ...installed].join('\n')}\n`;
}

