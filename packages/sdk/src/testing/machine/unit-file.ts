import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { catalogUnit } from './catalog.ts';
import type { Machine } from './machine.ts';

/** A unit as its files say. */
export interface UnitFile {
  /** Its own name, with suffix; the one asked for may be an alias. */
  readonly id: string;
  readonly load: 'loaded' | 'not-found' | 'masked';
  /** As systemd writes it: enabled, disabled, static, masked; empty when there is no file. */
  readonly state: string;
  readonly path: string | undefined;
  readonly aliases: readonly string[];
  readonly directives: ReadonlyMap<string, readonly string[]>;
  /** Of the file and its drop-ins. */
  readonly hash: string;
}

const folders = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'];
const suffix = /\.(service|socket|timer|target|mount|swap|slice|path|scope)$/;

/** The name with its suffix, as systemctl completes it. */
export function fullName(name: string): string {
  return suffix.test(name) ? name : `${name}.service`;
}

/** What the files say of the unit of that name or alias. */
export function unitFile(machine: Machine, asked: string): UnitFile {
  const name = fullName(asked);
  const missing: UnitFile = { id: name, load: 'not-found', state: '', path: undefined, aliases: [], directives: new Map(), hash: '' };
  const path = folders.map((folder) => `${folder}/${name}`).find((each) => machine.tree.find(each) !== undefined) ?? templateOf(machine, name);
  if (path === undefined) return missing;
  const real = machine.tree.real(path);
  if (real === '/dev/null') return { ...missing, load: 'masked', state: 'masked', path: real };
  const id = /@\.\w+$/.test(posix.basename(real)) ? name : posix.basename(real);
  const { directives, hash } = read([real, ...dropIns(machine, id)].map((each) => machine.tree.bytes(each)));
  const aliases = [...(catalogUnit(machine.catalog, id)?.aliases ?? []), ...words(directives, 'Install.Alias')];
  return { id, load: 'loaded', state: stateOf(machine, { id, path: real, directives }), path: real, aliases: [...new Set(aliases)], directives, hash };
}

/** Every unit that has a file, by its own name. */
export function allUnits(machine: Machine): readonly UnitFile[] {
  const names = new Set(folders.flatMap((folder) => (machine.tree.find(folder) === undefined ? [] : machine.tree.names(folder))).filter((name) => suffix.test(name) && !name.includes('@.')));
  const wanted = wants(machine).map((path) => posix.basename(path)).filter((name) => name.includes('@'));
  return [...new Map([...names, ...wanted].map((name) => unitFile(machine, name)).map((unit) => [unit.id, unit])).values()];
}

/** Folders of links that pull units in at boot. */
export function wants({ tree }: Machine): string[] {
  return tree.names('/etc/systemd/system').filter((name) => /\.(wants|requires)$/.test(name)).flatMap((name) => tree.names(`/etc/systemd/system/${name}`).map((each) => `/etc/systemd/system/${name}/${each}`));
}

/** The words of all lines of a directive, such as `Install.WantedBy`. */
export function words(directives: UnitFile['directives'], key: string): string[] {
  return (directives.get(key) ?? []).flatMap((value) => value.split(/\s+/)).filter(Boolean);
}

function templateOf(machine: Machine, name: string): string | undefined {
  const template = name.replace(/@.+(\.\w+)$/, '@$1');
  return template === name ? undefined : folders.map((folder) => `${folder}/${template}`).find((each) => machine.tree.find(each) !== undefined);
}

function dropIns({ tree }: Machine, id: string): string[] {
  const found = folders.map((folder) => `${folder}/${id}.d`).filter((folder) => tree.find(folder)?.type === 'directory');
  return found.flatMap((folder) => tree.names(folder).filter((name) => name.endsWith('.conf') && !name.startsWith('.')).map((name) => `${folder}/${name}`));
}

function stateOf(machine: Machine, unit: { id: string; path: string; directives: UnitFile['directives'] }): string {
  if (wants(machine).some((link) => posix.basename(link) === unit.id)) return 'enabled';
  return ['WantedBy', 'RequiredBy', 'Alias', 'Also'].some((key) => unit.directives.has(`Install.${key}`)) ? 'disabled' : 'static';
}

interface Content {
  readonly directives: ReadonlyMap<string, readonly string[]>;
  readonly hash: string;
}

/** The contents of files are never altered in place: what was read of the same bytes holds. */
const known = new WeakMap<Uint8Array, Content>();

function read(contents: readonly Uint8Array[]): Content {
  const [only] = contents;
  const before = contents.length === 1 && only !== undefined ? known.get(only) : undefined;
  if (before !== undefined) return before;
  const texts = contents.map((bytes) => Buffer.from(bytes).toString('utf8'));
  const found = { directives: parse(texts.join('\n')), hash: createHash('sha256').update(texts.join('\0')).digest('hex') };
  if (contents.length === 1 && only !== undefined) known.set(only, found);
  return found;
}

/** `Section.Key` to its values in order; an empty value forgets those before it. */
function parse(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let section = '';
  for (const line of text.replaceAll('\\\n', ' ').split('\n').map((each) => each.trim())) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header !== null) section = header[1] as string;
    const setting = /^([A-Za-z][\w-]*)\s*=\s*(.*)$/.exec(line);
    if (setting === null) continue;
    const key = `${section}.${setting[1]}`;
    found.set(key, setting[2] === '' ? [] : [...(found.get(key) ?? []), setting[2] as string]);
  }
  return found;
}
