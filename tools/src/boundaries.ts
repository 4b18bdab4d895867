import type { Import } from './imports.ts';
import { insideSdk } from './sdk-arrows.ts';
import type { WorkspacePackage } from './workspace-package.ts';

/** Which layers the sources of a layer may import: `runner → mod-* → sdk`, never back. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  sdk: [],
  module: ['sdk', 'module'],
  twin: ['sdk'],
  runner: ['sdk', 'module', 'twin'],
  stack: ['sdk', 'module'],
  tool: ['sdk', 'module', 'twin', 'runner'],
  acceptance: ['sdk', 'module', 'twin', 'runner'],
};

/** Libraries that belong to one folder, whoever else would find them handy. */
const reserved: readonly (readonly [specifier: RegExp, onlyFrom: RegExp, why: string])[] = [
  [/^(ssh2|node-ssh)(\/|$)/, /^packages\/sdk\/(src|spec)\/ssh\//, 'only packages/sdk/src/ssh knows the SSH library'],
  [
    /^(@keybuzz\/sdk\/testing|vitest|just-bash)(\/|$)/,
    /^(packages\/[^/]+\/(spec|acceptance)\/|packages\/sdk\/src\/testing\/|tools\/)/,
    'testing is for specs',
  ],
  [/^(node:)?child_process$/, /^(?!packages\/mod-[^/]+\/src\/)/, 'a module acts through its hosts, never on the controller'],
];

/** One sentence per import that crosses a boundary, with file and line; none when all holds. */
export function violations(imports: readonly Import[], packages: readonly WorkspacePackage[]): readonly string[] {
  return imports.flatMap((one) => {
    const reasons = [...crossing(one, packages), ...reservedFor(one), ...insideSdk(one)];
    return reasons.map((reason) => `${one.from}:${one.line} imports ${one.specifier}: ${reason}`);
  });
}

function reservedFor(one: Import): readonly string[] {
  return reserved
    .filter(([specifier, onlyFrom]) => specifier.test(one.specifier) && !onlyFrom.test(one.from))
    .map(([, , why]) => why);
}

function crossing(one: Import, packages: readonly WorkspacePackage[]): readonly string[] {
  const home = packages.find((each) => one.from.startsWith(`${each.folder}/`));
  if (one.specifier.startsWith('.')) {
    const inside = home === undefined || one.target.startsWith(`${home.folder}/`);
    return inside ? [] : ['a relative import stays in its package'];
  }
  if (!one.specifier.startsWith('@keybuzz/')) return [];
  const name = one.specifier.split('/').slice(0, 2).join('/');
  const wanted = packages.find((each) => each.name === name);
  if (wanted === undefined) return ['no package of this workspace has that name'];
  if (!wanted.doors.includes(one.specifier)) return [`${name} has no such door: its exports are ${wanted.doors.join(', ')}`];
  if (wanted === home && !one.from.includes('/acceptance/')) return ['a package imports itself by relative paths'];
  const layer = layerOf(one, home);
  const reasons = mayImport[layer]?.includes(wanted.layer) ? [] : [`layer ${layer} must not import layer ${wanted.layer}`];
  return declares(one, name, home) ? reasons : [...reasons, `${name} is not in the package.json of ${home?.name}`];
}

function layerOf(one: Import, home: WorkspacePackage | undefined): string {
  if (one.from.includes('/acceptance/')) return 'acceptance';
  return home?.layer ?? 'stack';
}

/** Stacks, tools and acceptances resolve from the root, which depends on every package. */
function declares(one: Import, name: string, home: WorkspacePackage | undefined): boolean {
  if (home === undefined || home.layer === 'tool' || one.from.includes('/acceptance/')) return true;
  if (home.dependencies.includes(name)) return true;
  return one.from.startsWith(`${home.folder}/spec/`) && home.devDependencies.includes(name);
}
