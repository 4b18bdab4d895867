import { Failure, openStack, select, type Host, type OpenStack, type ReadStack, type Report } from '@keybuzz/sdk';
import { readState, type TwinState } from '@keybuzz/twin/state';
import { busiestFirst } from './busiest-first.ts';
import { loadStack, storeOf } from './load-stack.ts';
import type { Options } from './options.ts';
import { projectRoot } from './project.ts';
import { reach } from './reach.ts';
import { chosen } from './selection.ts';

/** The stack that the options name, ready to be worked on; hosts are connected when they are needed. */
export async function open(options: Options, run: { mode: 'plan' | 'apply'; everyHost: boolean; report: Report }): Promise<OpenStack> {
  const stack = await loadStack(options);
  const twin = twinOf(options);
  const hosts = hostNames(stack, { twin, pattern: options.hosts });
  if (twin !== undefined) run.report({ type: 'note', message: `on the twin ${twin.name}: ${stack.controller.name} is this machine and is left out` });
  const { pool } = await reach(stack, twin, { ask: options.yes !== true, askSudo: options.askSudo === true });
  // Hosts take longest to answer: they are called while the secrets are opened.
  const sessions = run.everyHost ? busiestFirst(pool, atWork(stack, { only: chosen(stack, options.only), hosts })) : pool;
  const secrets = await storeOf(stack, run.mode === 'apply');
  return openStack(stack, { secrets, sessions, mode: run.mode, report: run.report, ...(hosts === undefined ? {} : { hosts }) });
}

/** How many of the chosen modules each of the named hosts has, of all hosts when none is named. */
function atWork({ uses }: ReadStack, { only, hosts }: { only: (module: string) => boolean; hosts: readonly string[] | undefined }): ReadonlyMap<Host, number> {
  const owned = uses.filter(({ module }) => only(module.name)).flatMap((use) => use.hosts).filter(({ name }) => hosts?.includes(name) ?? true);
  return new Map([...Map.groupBy(owned, (host) => host)].map(([host, times]) => [host, times.length]));
}

/** The twin that the options name, undefined for the servers themselves. */
export function twinOf(options: Options): TwinState | undefined {
  if (options.on === undefined) return undefined;
  if (options.on !== 'twin') throw new Failure('badConfig', `--on ${options.on}: the only other place to run on is "twin"`, { next: 'leave --on away to run on the servers themselves' });
  const state = readState(projectRoot);
  if (state === undefined) throw new Failure('badConfig', 'no twin is up here', { next: 'keybuzz twin up' });
  return state;
}

function hostNames(stack: ReadStack, about: { twin: TwinState | undefined; pattern: string | undefined }): readonly string[] | undefined {
  if (about.twin === undefined && about.pattern === undefined) return undefined;
  const wanted = about.pattern === undefined ? stack.inventory.hosts : select(stack.inventory, { name: about.pattern });
  const names = wanted.map((h) => h.name).filter((name) => about.twin?.hosts.some((h) => h.name === name) ?? true);
  if (names.length === 0) throw new Failure('badConfig', `--hosts ${about.pattern ?? ''} matches no host${about.twin === undefined ? '' : ' of the twin'}`, { next: 'keybuzz graph' });
  return names;
}
