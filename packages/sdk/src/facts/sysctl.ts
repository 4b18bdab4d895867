import { Failure } from '../command/index.ts';
import { madeOf, type Fact } from '../converge/index.ts';
import { fileLines } from './file-lines.ts';

/** The live values of a kernel setting by their full names: many for a pattern, none when the kernel has no such key. */
export type SysctlValues = ReadonlyMap<string, string>;

const root = '/proc/sys/';

/** The live value of a kernel setting, in sysctl.conf's syntax: dots or slashes, and `*` for any one name. */
export function sysctlValues(key: string): Fact<SysctlValues> {
  return madeOf(`sysctl ${key}`, [fileLines(root + sysctlPath(key))], (files) => new Map([...files].map(([path, [value = '']]) => [swapped(path.slice(root.length)), value])));
}

/** The path of a key under /proc/sys. The first separator says which of `.` and `/` separates; the other one stands for a dot inside a name. */
export function sysctlPath(key: string): string {
  if (!/^[\w@*-]+([./][\w@*-]+)+$/.test(key)) throw new Failure('badConfig', `${key} is not the name of a kernel setting, wanted one like net.core.somaxconn`);
  return /[./]/.exec(key)?.[0] === '/' ? key : swapped(key);
}

// In three steps: of every setting of every host, where a function for each separator takes ten times as long.
const swapped = (name: string): string => name.replaceAll('/', '\0').replaceAll('.', '/').replaceAll('\0', '.');
