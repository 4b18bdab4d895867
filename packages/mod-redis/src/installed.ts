import { change, fact, operation, sh, type Command, type Operation } from '@keybuzz/sdk';
import type { ServiceLayout } from './layout.ts';
import type { RedisScope } from './members.ts';
import { loading } from './supervised.ts';

/** The service runs the program that is installed: an upgrade only replaces its file. `asking` prints INFO of the service, among other things. */
export function runsInstalled({ unit, program }: ServiceLayout, asking: Command, { mode }: Pick<RedisScope, 'mode'>): Operation {
  const running = fact({ name: `build that ${unit} runs`, command: asking, anyExit: true, parse: ({ stdout }) => /^redis_build_id:(\w+)/m.exec(stdout)?.[1] });
  const installed = fact({ name: `build of ${program}`, command: sh`${program} --version`, anyExit: true, parse: ({ stdout }) => / build=(\w+)/.exec(stdout)?.[1] });
  return operation({
    title: `${unit} runs the program that is installed`,
    look: { running, installed },
    change: ({ running: old, installed: present }, { touched }) => {
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
