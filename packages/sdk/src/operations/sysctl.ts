import { Failure, sh } from '../command/index.ts';
import { change, operation, together, type Operation, type Wanted } from '../converge/index.ts';
import { sysctlPath, sysctlValues, type SysctlValues } from '../facts/sysctl.ts';
import { file } from './file.ts';

/** Where kernel settings are kept, and what to do about those that the kernel has not. */
export interface SysctlOptions {
  /** `/etc/sysctl.d/99-keybuzz.conf` by default; with `module`, `/etc/sysctl.d/99-keybuzz-<module>.conf`. */
  readonly file?: string;
  /** The module they are for: each module has a file of its own. */
  readonly module?: string;
  /** Keys that this kernel has not are left to the day it has them. */
  readonly optional?: boolean;
}

/** Kernel settings have these values, now and after a boot. Keys as in sysctl.conf; numbers of a value are separated by blanks. */
export function sysctl(values: Readonly<Record<string, string | number>>, options: SysctlOptions = {}): Operation {
  const { module, optional = false } = options;
  const path = options.file ?? `/etc/sysctl.d/99-keybuzz${module === undefined ? '' : `-${module}`}.conf`;
  const settings = Object.entries(values).map(([key, value]) => ({ key, value: plainValue(key, String(value)) }));
  const text = ['# Written by keybuzz: edits here are overwritten.', ...settings.map(({ key, value }) => `${key} = ${value}`), ''].join('\n');
  return together(`kernel settings are as ${path} says`, [file(path, text), ...settings.map((setting) => live(setting, optional))]);
}

function live({ key, value }: { key: string; value: string }, optional: boolean): Operation {
  const path = sysctlPath(key);
  return operation({
    title: `${key} is ${value}`,
    look: { now: sysctlValues(key) },
    change: ({ now }, { touched }) => {
      const comes = touched.some((touch) => touch.startsWith('module:'));
      if (now.size > 0) return differing(now, value);
      if (optional || path.includes('*')) return [];
      // A module loaded before in this ensure brings it.
      if (comes) return [differing(new Map([[key, 'not there yet']]), value)].flat();
      throw new Failure('failed', `the kernel has no setting ${key} (wanted ${value}): /proc/sys/${path} is missing`, {
        next: 'load the kernel module that brings it before, with kernelModule(name), or say { optional: true }',
      });
    },
  });
}

function differing(now: SysctlValues, value: string): Wanted[] {
  return [...now].map(
    ([key, seen]) =>
      normal(seen) !== value &&
      change(sh`printf '%s\n' ${value} >${`/proc/sys/${sysctlPath(key)}`}`, {
        summary: `set ${key} to ${value}`,
        touches: [`sysctl:${key}`],
        difference: { kind: 'value', what: key, from: normal(seen), to: value },
      }),
  );
}

/** The kernel separates numbers by tabs. */
const normal = (value: string): string => value.trim().replaceAll(/\s+/g, ' ');

function plainValue(key: string, value: string): string {
  if (value.includes('\n') || value.trim() === '') throw new Failure('badConfig', `the kernel setting ${key} needs a value of one line`);
  return normal(value);
}
