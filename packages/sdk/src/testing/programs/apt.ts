import { versionOf, type CatalogPackage } from '../machine/catalog.ts';
import { configure, journalPath, removePackage, unpack } from '../machine/install.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;
const lists = '/var/lib/apt/lists';

function aptGet({ machine, args }: Call): string | undefined {
  const { flags, operands: [verb, ...specs] } = parsed(args, {
    quiet: { ...flag, short: 'q' },
    yes: { ...flag, short: 'y' },
    option: { ...word, short: 'o', multiple: true },
    'no-install-recommends': flag,
    'install-recommends': flag,
    'allow-downgrades': flag,
    'allow-change-held-packages': flag,
    'auto-remove': flag,
    purge: flag,
    format: word,
  });
  if (verb === 'update') return update(machine);
  if (verb === 'clean') return undefined;
  if (verb === 'indextargets') return machine.tree.names(lists).map((name) => `${name}\n`).join('');
  if (machine.tree.find(journalPath) !== undefined) throw new ProgramError("dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.", 100);
  if (flags.yes !== true) throw new ProgramError('Abort.');
  if (verb === 'install') return install(machine, specs, flags['allow-downgrades'] === true);
  if (verb === 'remove' || verb === 'purge') return remove(machine, specs, verb === 'purge' || flags.purge === true);
  if (verb === 'autoremove') return undefined;
  throw new ProgramError(`the fake machine does not know apt-get ${verb ?? ''}`, 100);
}

/** The lists of the distribution, and of each source of the administrator's whose key is there. */
function update({ tree }: Machine): string {
  const folder = '/etc/apt/sources.list.d';
  const sources = tree.names(folder).filter((name) => /\.(sources|list)$/.test(name) && !name.startsWith('.')).map((name) => tree.text(`${folder}/${name}`));
  const wanted = new Set(['distribution']);
  for (const text of sources) {
    const key = /^Signed-By:\s*(\/\S+)/m.exec(text)?.[1];
    if (key !== undefined && tree.find(key) === undefined) throw new ProgramError(`W: GPG error: The key(s) in the keyring ${key} are ignored as the file is not readable`, 100);
    for (const [, host] of text.matchAll(/\w+:\/\/([^/\s]+)/g)) wanted.add(host as string);
  }
  for (const name of tree.names(lists)) if (!wanted.has(name)) tree.remove(`${lists}/${name}`);
  for (const name of wanted) if (tree.find(`${lists}/${name}`) === undefined) tree.write(`${lists}/${name}`, `${name}\n`);
  return 'Reading package lists...\n';
}

interface Candidate {
  readonly name: string;
  readonly entry: CatalogPackage;
  readonly version: string;
  readonly auto: boolean;
}

function install(machine: Machine, specs: readonly string[], downgrades: boolean): string {
  const wanted = new Map<string, Candidate>();
  for (const spec of specs) want(machine, { spec, auto: false, wanted });
  const todo = [...wanted.values()].filter((each) => {
    const now = machine.packages.get(each.name);
    if (now?.status === 'installed' && now.version > each.version && !downgrades) throw new ProgramError('E: Packages were downgraded and -y was used without --allow-downgrades.', 100);
    return now?.status !== 'installed' || (now.version !== each.version && !each.auto);
  });
  for (const each of todo) unpack(machine, each);
  for (const each of todo) configure(machine, each.name, each.entry);
  // Of what is asked for by name nothing may be removed as no longer needed.
  for (const { name, auto } of wanted.values()) {
    const now = machine.packages.get(name);
    if (!auto && now?.auto === true) machine.setPackage(name, { ...now, auto: false });
  }
  machine.tree.remove(journalPath, { force: true });
  return `${todo.length} newly installed.\n`;
}

function want(machine: Machine, about: { spec: string; auto: boolean; wanted: Map<string, Candidate> }): void {
  const { spec, auto, wanted } = about;
  const [name = '', pin] = spec.split('=');
  const entry = machine.catalog[name];
  const archive = entry?.archive ?? 'distribution';
  if (entry === undefined || machine.tree.find(`${lists}/${archive}`) === undefined) {
    if (machine.packages.get(name)?.status === 'installed') return;
    throw new ProgramError(`E: Unable to locate package ${name}`, 100);
  }
  if (wanted.has(name)) return;
  const known = [versionOf(entry), ...(entry.versions ?? [])];
  const version = pin === undefined ? known[0] : known.find((each) => (pin.endsWith('*') ? each.startsWith(pin.slice(0, -1)) : each === pin));
  if (version === undefined) throw new ProgramError(`E: Version '${pin}' for '${name}' was not found`, 100);
  for (const each of entry.depends ?? []) want(machine, { spec: each, auto: true, wanted });
  wanted.set(name, { name, entry, version, auto });
}

function remove(machine: Machine, names: readonly string[], purge: boolean): undefined {
  for (const name of names) {
    const entry = machine.catalog[name] ?? {};
    const now = machine.packages.get(name);
    if (now !== undefined && (now.status !== 'config-files' || purge)) removePackage(machine, name, { entry, purge });
  }
}

function aptMark({ machine, args: [verb = '', ...names] }: Call): string | undefined {
  if (verb === 'showhold') return [...machine.packages].filter(([, { held }]) => held).map(([name]) => `${name}\n`).join('');
  const held = { hold: true, unhold: false }[verb];
  if (held === undefined) throw new ProgramError(`the fake machine does not know apt-mark ${verb}`, 100);
  for (const name of names) {
    const now = machine.packages.get(name);
    if (now === undefined) throw new ProgramError(`E: Unable to locate package ${name}`, 100);
    if (now.held !== held) machine.setPackage(name, { ...now, held });
  }
  return undefined;
}

function aptCache({ machine, args: [verb, ...names] }: Call): string {
  if (verb !== 'policy') throw new ProgramError(`the fake machine does not know apt-cache ${verb ?? ''}`, 100);
  return names.map((name) => {
    const entry = machine.catalog[name];
    const now = machine.packages.get(name);
    return `${name}:\n  Installed: ${now?.status === 'installed' ? now.version : '(none)'}\n  Candidate: ${entry === undefined ? '(none)' : versionOf(entry)}\n`;
  }).join('');
}

/** The front of the package system. */
export const aptPrograms: readonly Program[] = [program('apt-get', aptGet), program('apt-mark', aptMark), program('apt-cache', aptCache)];
