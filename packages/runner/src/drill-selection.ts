import { didYouMean, drillsOf, Failure, type ModuleDrill, type ReadStack, type ResolvedUse } from '@keybuzz/sdk';

/** Which of a module's drills are wanted: those named, the quick ones, or all but the long ones. */
export interface Wanted {
  readonly names: readonly string[];
  readonly quick?: boolean | undefined;
}

/** The module of that name as the stack uses it. Throws Failure `badConfig` when there is none, or it has no drills. */
export function drilled({ uses, definition }: Pick<ReadStack, 'uses' | 'definition'>, name: string): ResolvedUse {
  const known = uses.map((u) => u.module.name);
  const found = uses.find((u) => u.module.name === name);
  if (found === undefined) throw new Failure('badConfig', `the stack ${definition.name} has no module ${name}${didYouMean(name, known)}; it has ${known.join(', ')}`, { next: 'keybuzz graph' });
  if (drillsOf(found).length === 0) throw new Failure('badConfig', `the module ${name} has no drills`, { next: `keybuzz test --only ${name}` });
  return found;
}

/** The wanted drills in the module's order. Throws Failure `badConfig` for a name that none has, and when none is wanted. */
export function wantedDrills(used: ResolvedUse, { names, quick = false }: Wanted): readonly ModuleDrill[] {
  const all = drillsOf(used);
  const module = used.module.name;
  const next = `keybuzz drill ${module} --list`;
  const unknown = names.find((name) => !all.some((drill) => drill.name === name));
  if (unknown !== undefined) throw new Failure('badConfig', `${module} has no drill ${unknown}${didYouMean(unknown, all.map(({ name }) => name))}`, { next });
  if (quick && names.length > 0) throw new Failure('badConfig', 'either --quick or the names of drills', { next });
  const wanted = all.filter((drill) => (names.length > 0 ? names.includes(drill.name) : quick ? drill.quick === true : drill.long !== true));
  if (wanted.length === 0) throw new Failure('badConfig', `${module} has no drill that is ${quick ? 'quick' : 'run without its name'}`, { next });
  return wanted;
}
