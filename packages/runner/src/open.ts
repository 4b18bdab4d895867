import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPool, Failure, openStack, openStore, readInventory, select, type OpenStack, type Report, type StackDefinition } from '@keybuzz/sdk';
import { readState, type TwinState } from '@keybuzz/twin/state';
import type { Options } from './options.ts';
import { projectRoot } from './project.ts';

/** The stack that the options name, ready to be worked on; hosts are connected when they are needed. */
export async function open(options: Options, run: { mode: 'plan' | 'apply'; report: Report }): Promise<OpenStack> {
  const { definition, folder } = await loadStack(options);
  const twin = twinOf(options);
  const secrets = await storeOf(definition, { folder, write: run.mode === 'apply' });
  const hosts = hostNames(definition, { folder, twin, pattern: options.hosts });
  if (twin !== undefined) run.report({ type: 'note', message: `on the twin ${twin.name}: ${definition.controller} is this machine and is left out` });
  const sessions = createPool(
    twin === undefined
      ? { knownHosts: join(projectRoot, '.kb', 'known_hosts'), pin: process.stdin.isTTY ? 'ask' : 'strict' }
      : { knownHosts: twin.knownHosts, identityFile: twin.identityFile, agent: false, config: false, pin: 'strict' },
  );
  return openStack({ definition, folder, secrets, sessions, ...run, ...(hosts === undefined ? {} : { hosts }) });
}

/** The stack's definition and the folder its paths are relative to. */
export async function loadStack(options: Options): Promise<{ definition: StackDefinition; folder: string; file: string }> {
  const file = options.stack === undefined ? join(projectRoot, 'stacks', 'keybuzz.ts') : resolve(options.stack);
  if (!existsSync(file)) throw new Failure('badConfig', `no stack at ${file}`, { next: 'keybuzz … --stack FILE' });
  const loaded = (await import(pathToFileURL(file).href)) as { stack?: StackDefinition };
  if (loaded.stack === undefined) throw new Failure('badConfig', `${file} exports no "stack"`, { next: 'write: export const stack = defineStack({ … })' });
  return { definition: loaded.stack, folder: dirname(file), file };
}

/** The stack's encrypted secrets. */
export function storeOf(definition: StackDefinition, about: { folder: string; write: boolean }): ReturnType<typeof openStore> {
  const file = resolve(about.folder, definition.secrets ?? `../secrets/${definition.name}.age`);
  return openStore({ file, identityFile: join(projectRoot, '.kb', 'identity'), readOnly: !about.write });
}

function twinOf(options: Options): TwinState | undefined {
  if (options.on === undefined) return undefined;
  if (options.on !== 'twin') throw new Failure('badConfig', `--on ${options.on}: the only other place to run on is "twin"`);
  const state = readState(projectRoot);
  if (state === undefined) throw new Failure('badConfig', 'no twin is up here', { next: './kb twin up' });
  return state;
}

function hostNames(definition: StackDefinition, about: { folder: string; twin: TwinState | undefined; pattern: string | undefined }): readonly string[] | undefined {
  if (about.twin === undefined && about.pattern === undefined) return undefined;
  const inventory = readInventory(resolve(about.folder, definition.inventory), definition.env === undefined ? {} : { env: definition.env });
  const wanted = about.pattern === undefined ? inventory.hosts : select(inventory, { name: about.pattern });
  const names = wanted.map((h) => h.name).filter((name) => about.twin?.hosts.includes(name) ?? true);
  if (names.length === 0) throw new Failure('badConfig', `--hosts ${about.pattern ?? ''} matches no host${about.twin === undefined ? '' : ' of the twin'}`, { next: 'keybuzz inventory check' });
  return names;
}
