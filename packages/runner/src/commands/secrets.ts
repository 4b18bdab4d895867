import { didYouMean, Failure, readOldEnv, type SecretStore } from '@keybuzz/sdk';
import { hidden } from '../ask.ts';
import { loadStack, storeOf } from '../load-stack.ts';
import { oldVariables } from '../old-variables.ts';
import { exit, type Options } from '../options.ts';
import { typed } from '../show/typed.ts';

async function opened(options: Options, write: boolean): Promise<SecretStore> {
  return storeOf(await loadStack(options), write);
}

/** The names of the store were printed, with where each value came from and its age; no value. */
export async function listSecrets(options: Options): Promise<number> {
  const list = (await opened(options, false)).list();
  if (options.json === true) process.stdout.write(`${JSON.stringify(list)}\n`);
  else for (const { name, origin, ageDays, previous } of list) process.stdout.write(`${name}  ${origin}, ${ageDays} days old${previous === true ? ', not confirmed: the value before is kept' : ''}\n`);
  return exit.done;
}

/** The value alone was printed. */
export async function getSecret(name: string, options: Options): Promise<number> {
  const store = await opened(options, false);
  const secret = store.get(name);
  if (secret === undefined) throw new Failure('badConfig', `no secret ${name}${didYouMean(name, store.list().map((each) => each.name))} in the store`, { next: 'keybuzz secrets list' });
  process.stdout.write(`${secret.reveal()}\n`);
  return exit.done;
}

/** The value given on standard input is in the store; it never stands in an argument list. */
export async function setSecret(name: string, options: Options): Promise<number> {
  const value = process.stdin.isTTY ? await hidden(`Value of ${name} (not shown): `) : (await new Response(process.stdin as unknown as ReadableStream).text()).replace(/\r?\n$/, '');
  if (value === '') throw new Failure('badConfig', `no value for ${name} on standard input`, { next: `keybuzz secrets set ${name} <FILE` });
  await (await opened(options, true)).set(name, value);
  return exit.done;
}

/** The secrets of the old installer's files are in the store; names were printed, and what was left out; no value. */
export async function importSecrets(files: readonly string[], options: Options & { replace?: boolean }): Promise<number> {
  const stack = await loadStack(options);
  const { found, unknown, placeholders } = readOldEnv(files, oldVariables(stack.uses));
  await (await storeOf(stack, true)).importAll(found, { replace: options.replace === true });
  for (const name of found.keys()) process.stdout.write(`imported ${name}\n`);
  for (const where of placeholders) process.stderr.write(`a placeholder, not imported: ${where}\n`);
  for (const where of unknown) process.stderr.write(`no module of this stack has it: ${where}\n`);
  return exit.done;
}

/** A new value is in the store; the one before is kept until the operator confirms the new one. */
export async function rotateSecret(name: string, options: Options): Promise<number> {
  await (await opened(options, true)).rotate(name);
  process.stdout.write(`${name} has a new value; a rollout brings it to the hosts, and docs/guides/secrets.md says which ones it cannot. The value before is kept, and masked in logs, until: ${typed(`keybuzz secrets confirm ${name}`)}\n`);
  return exit.done;
}

/** The value before the last change is forgotten: nothing has it any more. */
export async function confirmSecret(name: string, options: Options): Promise<number> {
  const store = await opened(options, true);
  const kept = store.list().find((each) => each.name === name)?.previous === true;
  await store.confirm(name);
  process.stdout.write(kept ? `the value that ${name} had before is forgotten\n` : `${name} has no value before that is kept: nothing was forgotten\n`);
  return exit.done;
}
