import { fact, sh, type Fact } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';
import { same } from './sshd-files.ts';
import { sshdSettings } from './sshd.ts';

/** The configuration that sshd works with, all files and defaults taken together: settings in small letters. */
export const effectiveSshd: Fact<ReadonlyMap<string, string>> = fact({
  name: 'effective sshd configuration',
  command: sh`sshd -T`,
  parse: ({ stdout }) => new Map(stdout.split('\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)])),
});

/** What sshd does otherwise than wanted, one line each. */
export function sshdDeviations(effective: ReadonlyMap<string, string>, ssh: BaseConfig['ssh']): readonly string[] {
  return Object.entries(sshdSettings(ssh)).flatMap(([setting, value]) => {
    const seen = effective.get(setting.toLowerCase());
    return seen !== undefined && same(seen, String(value)) ? [] : [`${setting} is ${seen ?? 'not set'}, wanted ${value}`];
  });
}
