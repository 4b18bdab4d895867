import { sh } from '../command/index.ts';
import { fact, reader, type Fact } from '../converge/index.ts';

/** Processors and memory of a host; sizes in bytes. */
export interface Resources {
  readonly cpus: number;
  readonly memory: number;
  /** What could be had without swapping. */
  readonly memoryAvailable: number;
}

const asked: Fact<Resources> = fact({
  name: 'resources',
  command: sh`read -r online </sys/devices/system/cpu/online && printf 'cpus %s\n' "$online" && while read -r name value unit; do case $name in MemTotal:) printf 'memory %s\n' "$value" ;; MemAvailable:) printf 'available %s\n' "$value"; break ;; esac; done </proc/meminfo`,
  parse: ({ stdout }) => {
    const told = (name: string): string => {
      const line = new RegExp(`^${name} (.+)$`, 'm').exec(stdout)?.[1];
      if (line === undefined) throw new Error(`the kernel does not say ${name}`);
      return line;
    };
    return { cpus: counted(told('cpus')), memory: Number(told('memory')) * 1024, memoryAvailable: Number(told('available')) * 1024 };
  },
});

/** Processors and memory; in a container, those of its machine. */
export function resources(): Fact<Resources> {
  return asked;
}

/** How many processors the kernel's list (`0-3,6`) names. */
function counted(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return sum + last - first + 1;
  }, 0);
}

/** Room on a file system; sizes in bytes. */
export interface DiskSpace {
  /** Where the file system is mounted. */
  readonly where: string;
  readonly type: string;
  readonly size: number;
  readonly available: number;
}

/** Room on the file system that carries a path; undefined when there is no such path. */
export const diskSpace: (path: string) => Fact<DiskSpace | undefined> = reader<DiskSpace | undefined>({
  name: 'disk space',
  command: (paths) => sh`for path in ${paths}; do printf '? %s\n' "$path"; df -B1 --output=fstype,size,avail,target -- "$path" 2>/dev/null; done; :`,
  parse: ({ stdout }, paths) => {
    const answers = new Map(stdout.split(/^\? /m).map((part) => [part.slice(0, part.indexOf('\n')), part]));
    return new Map(paths.map((path) => [path, room(answers.get(path) ?? '')]));
  },
});

function room(answer: string): DiskSpace | undefined {
  const found = /^(\S+) +(\d+) +(\d+) (.+)$/m.exec(answer);
  if (found === null) return undefined;
  const [, type, size, available, where] = found as unknown as [string, string, string, string, string];
  return { where, type, size: Number(size), available: Number(available) };
}
