import { Command, Failure } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** The live values of a kernel setting by their full names: many for a pattern, none when the kernel has no such key. */
export type SysctlValues = ReadonlyMap<string, string>;

const root = '/proc/sys/';

/** The live value of a kernel setting, in sysctl.conf's syntax: dots or slashes, and `*` for any one name. */
export const sysctlValues: (key: string) => Fact<SysctlValues> = reader<SysctlValues>({
  name: 'sysctl',
  // One grep for all. Not the shell's `read`: it asks for one byte at a time, and of a number the kernel only gives the first.
  // The paths are not quoted, so that patterns find their files; sysctlPath lets nothing else pass.
  command: (keys) => new Command(`grep -sH '' ${keys.map((key) => root + sysctlPath(key)).join(' ')}; :`),
  parse: ({ stdout }, keys) => {
    const lines = [...stdout.matchAll(/^\/proc\/sys\/([^:]+):(.*)$/gm)].map(([, path = '', value = '']) => ({ path, value }));
    return new Map(
      keys.map((key) => {
        const wanted = matcher(key);
        return [key, new Map(lines.filter(({ path }) => wanted.test(path)).map(({ path, value }) => [swapped(path), value]))];
      }),
    );
  },
});

/** The path of a key under /proc/sys. The first separator says which of `.` and `/` separates; the other one stands for a dot inside a name. */
export function sysctlPath(key: string): string {
  if (!/^[\w@*-]+([./][\w@*-]+)+$/.test(key)) throw new Failure('badConfig', `${key} is not the name of a kernel setting, wanted one like net.core.somaxconn`);
  return /[./]/.exec(key)?.[0] === '/' ? key : swapped(key);
}

function matcher(key: string): RegExp {
  return new RegExp(`^${sysctlPath(key).replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`);
}

const swapped = (name: string): string => name.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
