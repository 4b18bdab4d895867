import { fact, sh, type Fact } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';
import { same } from './sshd-files.ts';
import { sshdSettings } from './sshd.ts';

/** The configuration that sshd works with, all files and defaults taken together: settings in small letters. */
export const effectiveSshd: Fact<ReadonlyMap<string, string>> = fact({
  name: 'effective sshd configuration',
  command: sh`sshd -T`,
  parse: ({ stdout }) => {
    const settings = new Map<string, string>();
    for (const [, setting = '', value = ''] of stdout.matchAll(/^(\S+) (.*)$/gm)) {
      const before = settings.get(setting);
      // What may be said several times has a line each.
      settings.set(setting, before === undefined ? value : `${before} ${value}`);
    }
    return settings;
  },
});

/** What sshd does otherwise than wanted, one line each. */
export function sshdDeviations(effective: ReadonlyMap<string, string>, ssh: BaseConfig['ssh']): readonly string[] {
  return Object.entries(sshdSettings(ssh)).flatMap(([setting, value]) => {
    const seen = effective.get(setting.toLowerCase());
    return seen !== undefined && same(seen, String(value)) ? [] : [`${setting} is ${seen ?? 'not set'}, wanted ${value}`];
  });
}
