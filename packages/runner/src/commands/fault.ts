import { didYouMean, Failure, namePattern } from '@keybuzz/sdk';
import { activeFaults, fault, heal, twinName, type ActiveFault, type Fault } from '@keybuzz/twin';
import { readState } from '@keybuzz/twin/state';
import { exit } from '../options.ts';
import { projectRoot } from '../project.ts';
import { typed } from '../show/typed.ts';

interface FaultFlags {
  readonly pattern?: string;
  readonly from?: string;
  readonly oneway?: boolean;
  readonly percent?: string;
  readonly ms?: string;
  readonly healAfter?: string;
}

const kinds = ['kill', 'power-off', 'freeze', 'cut', 'loss', 'delay', 'fill-disk'] as const;
const places = ['controller', 'internet'];

/** The fault acts on the hosts (patterns separated by commas) and heals by itself after its time, ten minutes by default. */
export async function injectFault(hosts: string, kind: string, flags: FaultFlags): Promise<number> {
  const names = named(hosts);
  const what = faultOf(kind, flags);
  const { active, killed } = await fault({ name: twinName(projectRoot), hosts: names, healAfter: positive('--heal-after', flags.healAfter ?? '600') * 1000, ...what });
  process.stdout.write(active === undefined ? `killed ${killed.length} processes on ${names.join(', ')}\n` : `${told(active)}, or: ${typed('keybuzz twin heal')}\n`);
  return exit.done;
}

/** Every fault, or those on these hosts, is undone. */
export async function healFaults(hosts: string | undefined): Promise<number> {
  const name = twinName(projectRoot);
  const healed = await heal({ name, ...(hosts === undefined ? {} : { hosts: named(hosts) }) });
  for (const one of healed) process.stdout.write(`healed ${one.fault.kind} on ${one.hosts.join(', ')}\n`);
  process.stdout.write(faultLines() || 'no fault is active\n');
  return exit.done;
}

/** The faults that act now, a line each. */
export function faultLines(): string {
  return activeFaults({ name: twinName(projectRoot) }).map((one) => `${told(one)}\n`).join('');
}

function told({ fault: { kind }, hosts, healAt }: ActiveFault): string {
  return `fault ${kind} on ${hosts.join(', ')} until ${healAt}`;
}

function faultOf(kind: string, flags: FaultFlags): Fault {
  const needed = (flag: 'pattern' | 'percent' | 'ms'): string => {
    const value = flags[flag];
    if (value === undefined) throw new Failure('badConfig', `the fault ${kind} needs --${flag}`, { next: 'keybuzz twin fault --help' });
    return value;
  };
  const { from = 'all', oneway = false } = flags;
  switch (kind) {
    case 'power-off':
    case 'freeze':
    case 'fill-disk': return { kind };
    case 'kill': return { kind, pattern: needed('pattern') };
    case 'cut': return { kind, from: from === 'all' ? from : from.split(',').flatMap((part) => (places.includes(part) ? [part] : named(part))), oneway };
    case 'loss': return { kind, percent: positive('--percent', needed('percent')) };
    case 'delay': return { kind, ms: positive('--ms', needed('ms')) };
    default: throw new Failure('badConfig', `there is no fault ${kind}${didYouMean(kind, kinds)}: wanted one of ${kinds.join(', ')}`, { next: 'keybuzz twin fault --help' });
  }
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Failure('badConfig', `${flag} ${text}: wanted a number above 0`, { next: 'keybuzz twin fault --help' });
  return value;
}

/** The hosts of the twin that the patterns name. */
function named(text: string): string[] {
  const state = readState(projectRoot);
  if (state === undefined) throw new Failure('badConfig', 'no twin is up here', { next: 'keybuzz twin up' });
  const all = state.hosts.map((h) => h.name);
  const { matches, plainNames } = namePattern(text);
  const names = all.filter((each) => matches(each));
  const unknown = plainNames.find((each) => !all.includes(each));
  if (unknown === undefined && names.length > 0) return names;
  const missing = unknown ?? text;
  throw new Failure('badConfig', `the twin has no host ${missing}${didYouMean(missing, all)}: it has ${all.join(', ')}`, { next: 'keybuzz twin status' });
}
