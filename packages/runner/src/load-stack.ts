import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, openStore, readStack, type ReadStack, type SecretStore, type StackDefinition } from '@keybuzz/sdk';
import type { Options } from './options.ts';
import { projectRoot } from './project.ts';

/** The stack that the options name, read and checked. */
export async function loadStack(options: Options): Promise<ReadStack> {
  const { definition, folder } = await definitionOf(options);
  return readStack(definition, folder);
}

/** The stack that the options name as its file exports it, and the folder of that file. */
export async function definitionOf(options: Options): Promise<{ definition: StackDefinition; folder: string }> {
  const file = options.stack === undefined ? join(projectRoot, 'stacks', 'keybuzz.ts') : resolve(options.stack);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isFile() !== true) throw new Failure('badConfig', `no stack at ${file}${there === undefined ? '' : ': that is a folder'}`, { next: 'name its file, such as --stack stacks/keybuzz.ts' });
  const { stack } = await loaded(file);
  if (typeof stack !== 'object' || stack === null) throw new Failure('badConfig', `${file} exports no "stack"`, { next: 'write: export const stack = defineStack({ … })' });
  return { definition: stack as StackDefinition, folder: dirname(file) };
}

/** The stack's encrypted secrets; without `write` nothing is created or changed. */
export function storeOf({ definition, folder }: ReadStack, write: boolean): Promise<SecretStore> {
  const file = resolve(folder, definition.secrets ?? `../secrets/${definition.name}.age`);
  return openStore({ file, identityFile: join(projectRoot, '.kb', 'identity'), readOnly: !write });
}

async function loaded(file: string): Promise<{ stack?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { stack?: unknown };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const { place, message } = whereOf(cause, file);
    throw new Failure('badConfig', `the stack cannot be loaded: ${place}: ${message}`, { cause, next: `correct it, then: keybuzz graph --stack ${file}` });
  }
}

/** The file and line an import broke at, which Node says in the error's stack or message only. */
function whereOf(error: unknown, file: string): { place: string; message: string } {
  if (!(error instanceof Error)) return { place: file, message: String(error) };
  const importer = / imported from (?:file:\/\/)?(\S+)/.exec(error.message)?.[1];
  const place = importer ?? /(?:file:\/\/)?(\/[^\s()]+\.[cm]?[jt]s:\d+(?::\d+)?)/.exec(error.stack ?? '')?.[1];
  return { place: place ?? file, message: error.message.replace(/ imported from .*$/s, '') };
}
