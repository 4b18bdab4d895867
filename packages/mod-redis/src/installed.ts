import { change, operation, sh, type Fact, type Operation } from '@keybuzz/sdk';
import type { ServiceLayout } from './layout.ts';
import type { RedisScope } from './members.ts';
import type { Said } from './said.ts';
import { loading } from './supervised.ts';

/** The service runs the program that is installed: an upgrade only replaces its file. */
export function runsInstalled({ unit }: ServiceLayout, said: Fact<Said>, { mode }: Pick<RedisScope, 'mode'>): Operation {
  return operation({
    title: `${unit} runs the program that is installed`,
    look: { said },
    change: ({ said: { running: old, installed: present } }, { touched }) => {
      if (old === undefined || touched.includes(`unit:${unit}`)) return [];
      // A plan installs nothing, so the file is still the old one.
      const upgraded = mode === 'plan' && touched.some((touch) => touch === `package:${unit}`);
      if (!upgraded && (present === undefined || present === old)) return [];
      return [change(sh`systemctl restart ${unit}`, {
        summary: `restart ${unit}: another version is installed`,
        touches: [`unit:${unit}`],
        difference: { kind: 'value', what: `build of ${unit}`, from: old, to: upgraded ? 'the new one' : (present ?? 'unknown') },
        within: loading,
      })];
    },
  });
}
