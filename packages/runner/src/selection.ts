import { didYouMean, Failure, type OpenStack, type ReportEvent } from '@keybuzz/sdk';

/** Whether a module takes part; names may be separated by commas too, and one that the stack does not use is refused. */
export function chosen({ uses, definition }: Pick<OpenStack, 'uses' | 'definition'>, only: readonly string[] | undefined): (module: string) => boolean {
  const known = uses.map((u) => u.module.name);
  const names = only?.flatMap((each) => each.split(','));
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Failure('badConfig', `--only ${unknown}: the stack ${definition.name} has no such module${didYouMean(unknown, known)}; it has ${known.join(', ')}`, { next: 'keybuzz graph' });
  return (module) => names?.includes(module) ?? true;
}

/** How many hosts the chosen modules own here, with those of other modules on which they have something to change. */
export function hostsAtWork({ uses }: Pick<OpenStack, 'uses'>, about: { only: (module: string) => boolean; events: readonly ReportEvent[] }): number {
  const owned = uses.filter((u) => about.only(u.module.name)).flatMap((u) => u.hosts.map((h) => h.name));
  const changed = about.events.flatMap((e) => (e.type === 'change' ? [e.host] : []));
  return new Set([...owned, ...changed]).size;
}
