import type { Import } from './imports.ts';

/** For a folder of the sdk, the folders it must know nothing of: `module → converge → command`, `operations → facts → converge`. */
const knowsNothingOf: Readonly<Record<string, readonly string[]>> = {
  command: ['module', 'converge', 'operations', 'facts', 'ssh', 'inventory', 'drill'],
  credentials: ['module', 'converge', 'operations', 'facts', 'ssh', 'inventory', 'drill'],
  inventory: ['module', 'converge', 'operations', 'facts', 'ssh', 'drill'],
  template: ['module', 'converge', 'operations', 'facts', 'ssh', 'inventory', 'drill'],
  wait: ['module', 'converge', 'operations', 'facts', 'ssh', 'inventory', 'drill'],
  // Events tell of drills, and drills know nothing of events.
  report: ['module', 'operations', 'facts', 'ssh'],
  ssh: ['module', 'converge', 'operations', 'facts', 'drill'],
  converge: ['module', 'operations', 'facts', 'ssh', 'drill'],
  facts: ['module', 'operations', 'ssh', 'drill'],
  operations: ['module', 'ssh', 'drill'],
  drill: ['module', 'converge', 'operations', 'facts', 'ssh', 'inventory', 'report'],
};

/** Why this import breaks the order of the folders inside the sdk; none when it does not. */
export function insideSdk(one: Import): readonly string[] {
  const from = sdkFolder(one.from);
  const to = sdkFolder(one.target);
  if (from === undefined || to === undefined || from === to) return [];
  if (to === 'testing') return ['testing is for specs'];
  return knowsNothingOf[from]?.includes(to) ? [`${from}/ knows nothing of ${to}/`] : [];
}

function sdkFolder(path: string): string | undefined {
  return /^packages\/sdk\/src\/(?<folder>[^/]+)\//.exec(path)?.groups?.['folder'];
}
