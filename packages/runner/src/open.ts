import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPool, Failure, fingerprint, openStack, openStore, readStack, select, type Host, type OpenStack, type ReadStack, type Report, type SecretStore, type StackDefinition } from '@keybuzz/sdk';
import { readState, type TwinState } from '@keybuzz/twin/state';
import { agreed } from './ask.ts';
import type { Options } from './options.ts';
import { projectRoot } from './project.ts';

/** The host keys that operators of this checkout have agreed to. */
export const knownHostsFile: string = join(projectRoot, '.kb', 'known_hosts');

/** The stack that the options name, ready to be worked on; hosts are connected when they are needed. */
export async function open(options: Options, run: { mode: 'plan' | 'apply'; report: Report }): Promise<OpenStack> {
  const stack = await loadStack(options);
  const twin = twinOf(options);
  const hosts = hostNames(stack, { twin, pattern: options.hosts });
  if (twin !== undefined) run.report({ type: 'note', message: `on the twin ${twin.name}: ${stack.controller.name} is this machine and is left out` });
  const sessions = createPool(
    twin === undefined
      ? { knownHosts: knownHostsFile, pin: 'ask', ...(process.stdin.isTTY ? { ask: (host, key) => agreed(`${host.name} (${host.address}) shows ${key.type} ${fingerprint(key)}, seen for the first time.\nIs that its key? [y/N] `) } : {}) }
      : { knownHosts: twin.knownHostsFile, identityFile: twin.keyFile, agent: false, config: false, pin: 'strict' },
  );
  // Hosts take longest to answer: they are called while the secrets are opened.
  if (run.mode === 'plan') for (const host of hosts ?? []) void sessions.session(named(stack, host)).catch(() => undefined);
  const secrets = await storeOf(stack, run.mode === 'apply');
  return openStack(stack, { secrets, sessions, ...run, ...(hosts === undefined ? {} : { hosts }) });
}

/** The stack that the options name, read and checked. */
export async function loadStack(options: Options): Promise<ReadStack> {
  const file = options.stack === undefined ? join(projectRoot, 'stacks', 'keybuzz.ts') : resolve(options.stack);
  if (!existsSync(file)) throw new Failure('badConfig', `no stack at ${file}`, { next: 'keybuzz … --stack FILE' });
  const loaded = (await import(pathToFileURL(file).href)) as { stack?: StackDefinition };
  if (loaded.stack === undefined) throw new Failure('badConfig', `${file} exports no "stack"`, { next: 'write: export const stack = defineStack({ … })' });
  return readStack(loaded.stack, dirname(file));
}

/** The stack's encrypted secrets; without `write` nothing is created or changed. */
export function storeOf({ definition, folder }: ReadStack, write: boolean): Promise<SecretStore> {
  const file = resolve(folder, definition.secrets ?? `../secrets/${definition.name}.age`);
  return openStore({ file, identityFile: join(projectRoot, '.kb', 'identity'), readOnly: !write });
}

function named({ inventory }: ReadStack, name: string): Host {
  return inventory.hosts.find((h) => h.name === name) as Host;
}

function twinOf(options: Options): TwinState | undefined {
  if (options.on === undefined) return undefined;
  if (options.on !== 'twin') throw new Failure('badConfig', `--on ${options.on}: the only other place to run on is "twin"`);
  const state = readState(projectRoot);
  if (state === undefined) throw new Failure('badConfig', 'no twin is up here', { next: './kb twin up' });
  return state;
}

function hostNames(stack: ReadStack, about: { twin: TwinState | undefined; pattern: string | undefined }): readonly string[] | undefined {
  if (about.twin === undefined && about.pattern === undefined) return undefined;
  const wanted = about.pattern === undefined ? stack.inventory.hosts : select(stack.inventory, { name: about.pattern });
  const names = wanted.map((h) => h.name).filter((name) => about.twin?.hosts.some((h) => h.name === name) ?? true);
  if (names.length === 0) throw new Failure('badConfig', `--hosts ${about.pattern ?? ''} matches no host${about.twin === undefined ? '' : ' of the twin'}`, { next: 'keybuzz graph' });
  return names;
}
