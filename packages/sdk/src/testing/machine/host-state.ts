import { createHash } from 'node:crypto';
import type { Inode } from './inode.ts';
import type { Machine } from './machine.ts';
import { allUnits } from './unit-file.ts';
import { configurationOf, needsDaemonReload, running } from './units.ts';

/** What a machine is, as far as two machines can be compared: without times, process numbers and what does not outlive a boot. */
export interface HostState {
  /** Path to what is there: kind, mode, owner and content; kernel settings under /proc/sys included. */
  readonly files: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
  /** Units that run, failed or are enabled; `stale` when one runs with another configuration than its files say. */
  readonly units: Readonly<Record<string, string>>;
  /** Firewall tables, swap and mounts. */
  readonly kernel: Readonly<Record<string, string>>;
}

/** Scratch, logs, caches and the kernel's own windows. */
const left = /^\/(run|tmp|dev|sys|var\/(tmp|log|cache|backups|lib\/apt\/lists)|proc(?!\/sys\/))(\/|$)/;

export function hostState(machine: Machine): HostState {
  const files = [...machine.tree.entries].filter(([path]) => !left.test(path)).map(([path, entry]): [string, string] => [path, shown(entry)]);
  const units = allUnits(machine).map((unit): [string, string] => {
    const now = running(machine, unit.id);
    const stale = now.active === 'active' && now.configuration !== configurationOf(machine, unit);
    return [unit.id, [now.active, unit.state, ...(stale ? ['stale'] : []), ...(needsDaemonReload(machine, unit) ? ['needs daemon-reload'] : [])].join(' ')];
  });
  return {
    files: sorted(files),
    packages: sorted([...machine.packages].map(([name, { version, status, held, auto }]) => [name, [version, status, ...(held ? ['held'] : []), ...(auto ? ['auto'] : [])].join(' ')])),
    units: sorted(units.filter(([, state]) => !/^inactive (disabled|static)?$/.test(state))),
    kernel: sorted([...machine.kernel].filter(([, value]) => value !== '')),
  };
}

function shown(entry: Inode): string {
  const head = `${entry.type} ${entry.mode.toString(8)} ${entry.owner}:${entry.group}`;
  if (entry.type === 'directory') return head;
  if (entry.type === 'symlink') return `link to ${entry.target}`;
  const text = Buffer.from(entry.bytes).toString('utf8');
  return `${head}\n${text.length > 4000 ? createHash('sha256').update(entry.bytes).digest('hex') : text}`;
}

const sorted = (entries: readonly (readonly [string, string])[]): Record<string, string> => Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
