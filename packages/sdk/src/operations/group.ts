import { sh } from '../command/index.ts';
import { change, operation, type Operation } from '../converge/index.ts';
import { groupNamed } from '../facts/accounts.ts';
import { accountName } from './account-name.ts';

/** The group exists; when a number is given it has that one. A `system` group gets its number from the system's range. */
export function group(name: string, options: { gid?: number; system?: boolean } = {}): Operation {
  const { gid, system = false } = options;
  return operation({
    title: `group ${accountName(name)} exists`,
    look: { now: groupNamed(name) },
    change: ({ now }) => {
      const touches = [`group:${name}`];
      if (now === undefined) {
        const flags = [...(gid === undefined ? [] : ['--gid', gid]), ...(system ? ['--system'] : [])];
        return [change(sh`groupadd ${flags} ${name}`, { summary: `add group ${name}`, touches })];
      }
      if (gid === undefined || now.gid === gid) return [];
      const difference = { kind: 'value', what: `number of group ${name}`, from: String(now.gid), to: String(gid) } as const;
      return [change(sh`groupmod --gid ${gid} ${name}`, { summary: `group ${name} has number ${gid}`, touches, difference })];
    },
  });
}
