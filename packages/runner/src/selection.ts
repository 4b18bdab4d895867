import { didYouMean, Failure, type OpenStack } from '@keybuzz/sdk';

/** Whether a module takes part; names may be separated by commas too, and one that the stack does not use is refused. */
export function chosen({ uses, definition }: Pick<OpenStack, 'uses' | 'definition'>, only: readonly string[] | undefined): (module: string) => boolean {
  const known = uses.map((u) => u.module.name);
  const names = only?.flatMap((each) => each.split(','));
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Failure('badConfig', `--only ${unknown}: the stack ${definition.name} has no such module${didYouMean(unknown, known)}; it has ${known.join(', ')}`, { next: 'keybuzz graph' });
  return (module) => names?.includes(module) ?? true;
}

/** How many hosts the chosen modules own here. */
export function hostsAtWork({ uses }: Pick<OpenStack, 'uses'>, only: (module: string) => boolean): number {
  return new Set(uses.filter((u) => only(u.module.name)).flatMap((u) => u.hosts.map((h) => h.name))).size;
}
