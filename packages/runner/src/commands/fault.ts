import { Failure } from '@keybuzz/sdk';
import { activeFaults, fault, heal, twinName, type Fault } from '@keybuzz/twin';
import { exit } from '../options.ts';
import { projectRoot } from '../project.ts';

interface FaultFlags {
  readonly pattern?: string;
  readonly from?: string;
  readonly oneway?: boolean;
  readonly percent?: string;
  readonly ms?: string;
  readonly healAfter?: string;
}

/** What can be done to a host, for the help. */
export const faultKinds = ['kill', 'power-off', 'freeze', 'cut', 'loss', 'delay', 'fill-disk'] as const;

/** The fault acts on the hosts (names separated by commas) and heals by itself after its time, ten minutes by default. */
export async function injectFault(hosts: string, kind: string, flags: FaultFlags): Promise<number> {
  const { active, killed } = await fault({ name: twinName(projectRoot), hosts: hosts.split(','), healAfter: Number(flags.healAfter ?? 600) * 1000, ...faultOf(kind, flags) });
  process.stdout.write(active === undefined ? `killed ${killed.length} processes\n` : `${active.id} on ${active.hosts.join(', ')} until ${active.healAt}\n`);
  return exit.done;
}

/** Every fault, or those on these hosts, is undone. */
export async function healFaults(hosts: string | undefined): Promise<number> {
  const name = twinName(projectRoot);
  const healed = await heal({ name, ...(hosts === undefined ? {} : { hosts: hosts.split(',') }) });
  for (const one of healed) process.stdout.write(`healed ${one.id} on ${one.hosts.join(', ')}\n`);
  const left = activeFaults({ name });
  process.stdout.write(left.length === 0 ? 'no fault is active\n' : `still active: ${left.map((one) => one.id).join(' ')}\n`);
  return exit.done;
}

function faultOf(kind: string, { pattern, from, oneway, percent, ms }: FaultFlags): Fault {
  const needed = (flag: string, value: string | undefined): string => {
    if (value === undefined) throw new Failure('badConfig', `the fault ${kind} needs ${flag}`, { next: 'keybuzz twin fault --help' });
    return value;
  };
  switch (kind) {
    case 'power-off':
    case 'freeze':
    case 'fill-disk': return { kind };
    case 'kill': return { kind, pattern: needed('--pattern', pattern) };
    case 'cut': return { kind, from: from === undefined || from === 'all' ? 'all' : from.split(','), ...(oneway === true ? { oneway } : {}) };
    case 'loss': return { kind, percent: Number(needed('--percent', percent)) };
    case 'delay': return { kind, ms: Number(needed('--ms', ms)) };
    default: throw new Failure('badConfig', `there is no fault ${kind}: wanted one of ${faultKinds.join(', ')}`);
  }
}
