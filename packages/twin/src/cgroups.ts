import { existsSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { until } from './until.ts';
import { TwinError } from './twin-error.ts';

/** A mounted cgroup hierarchy: version 2 (alone, or at `unified` beside version 1), or one of version 1. */
export type Hierarchy = { readonly path: string; readonly version: 1 | 2; readonly controllers: readonly string[] };

/** Every hierarchy of this machine; `mounts` is the text of /proc/mounts. */
export function hierarchies(mounts: string = readFileSync('/proc/mounts', 'utf8')): Hierarchy[] {
  const seen = new Map<string, Hierarchy>();
  for (const line of mounts.split('\n')) {
    const [, path = '', type, flags = ''] = line.split(' ');
    if (type === 'cgroup2') seen.set(path, { path, version: 2, controllers: [] });
    if (type === 'cgroup') seen.set(path, { path, version: 1, controllers: flags.split(',') });
  }
  return [...seen.values()];
}

/** The hierarchy whose tree says who belongs to a twin: version 2 where there is one, because it can kill a tree at once. */
export function membership(all: readonly Hierarchy[] = hierarchies()): Hierarchy {
  const found = all.find((one) => one.version === 2) ?? all.find((one) => one.controllers.includes('freezer'));
  if (found) return found;
  throw new TwinError({
    wanted: 'a cgroup v2 hierarchy, or version 1 with the freezer',
    seen: `${all.length} hierarchies mounted, none of them that`,
    next: 'mount -t cgroup2 none /sys/fs/cgroup',
  });
}

/** The processes of a cgroup and of everything below it. */
export function processesOf(folder: string): number[] {
  return treeOf(folder).flatMap((one) => {
    try {
      return readFileSync(`${one}/cgroup.procs`, 'utf8').split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}

/** Nothing lives in the cgroup (relative to the hierarchy) any more, frozen processes included. */
export async function killTree(hierarchy: Hierarchy, relative: string): Promise<void> {
  const folder = `${hierarchy.path}/${relative}`;
  const dead = await until({ within: 20_000, every: 20 }, () => {
    if (!existsSync(folder)) return true;
    if (existsSync(`${folder}/cgroup.kill`)) writeFileSync(`${folder}/cgroup.kill`, '1');
    else killEach(folder);
    setFrozen(hierarchy, relative, false);
    return processesOf(folder).length === 0;
  });
  if (dead) return;
  throw new TwinError({
    wanted: `no process left in ${folder} after SIGKILL`,
    seen: `these refuse to die: ${processesOf(folder).join(' ')}`,
    next: `look at what they wait for with: grep State /proc/${processesOf(folder)[0]}/status`,
  });
}

/** The cgroup (relative path) is gone from every hierarchy; it must be empty of processes. */
export async function removeTree(relative: string): Promise<void> {
  for (const { path } of hierarchies()) {
    const folder = `${path}/${relative}`;
    // The kernel lets a cgroup go only some moments after its last process.
    const gone = await until({ within: 10_000, every: 20 }, () => {
      for (const one of treeOf(folder).toReversed()) {
        try {
          rmdirSync(one);
        } catch {
          return false;
        }
      }
      return !existsSync(folder);
    });
    if (!gone) throw new TwinError({ wanted: `${folder} removed`, seen: 'still busy', next: `cat ${folder}/cgroup.procs` });
  }
}

/** Every process of the cgroup is stopped by the kernel, or goes on. */
export function setFrozen(hierarchy: Hierarchy, relative: string, frozen: boolean): void {
  const folder = `${hierarchy.path}/${relative}`;
  const [file, value] = hierarchy.version === 2 ? ['cgroup.freeze', frozen ? '1' : '0'] : ['freezer.state', frozen ? 'FROZEN' : 'THAWED'];
  if (existsSync(`${folder}/${file}`)) writeFileSync(`${folder}/${file}`, value);
}

/** Whether the kernel holds every process of the cgroup stopped. */
export function isFrozen(hierarchy: Hierarchy, relative: string): boolean {
  const file = hierarchy.version === 2 ? 'cgroup.events' : 'freezer.state';
  try {
    return /^frozen 1$|^FROZEN/mu.test(readFileSync(`${hierarchy.path}/${relative}/${file}`, 'utf8'));
  } catch {
    return false;
  }
}

/** The memory, in bytes, that a cgroup's processes hold for themselves (page cache left out). */
export function memoryOf(relative: string): number {
  for (const { path, version } of hierarchies()) {
    try {
      const text = readFileSync(`${path}/${relative}/memory.stat`, 'utf8');
      const found = (version === 2 ? /^anon (\d+)$/mu : /^total_rss (\d+)$/mu).exec(text);
      if (found) return Number(found[1]);
    } catch {
      // This hierarchy does not count memory.
    }
  }
  // No memory controller here: what each process says of itself, pages it shares with others left out.
  const pids = processesOf(`${membership().path}/${relative}`);
  return pids.reduce((sum, pid) => sum + privateBytes(pid), 0);
}

function privateBytes(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
    return (resident - shared) * 4096;
  } catch {
    return 0;
  }
}

function killEach(folder: string): void {
  for (const pid of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself since the list was read.
    }
  }
}

function treeOf(folder: string): string[] {
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...below.flatMap((entry) => treeOf(`${folder}/${entry.name}`))];
  } catch {
    return [];
  }
}
