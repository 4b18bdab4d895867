import { describe, expect, it } from 'vitest';
import { violations } from '../src/boundaries.ts';
import { importsOf } from '../src/imports.ts';
import { sourceFiles } from '../src/source-files.ts';
import { type WorkspacePackage, workspacePackages } from '../src/workspace-package.ts';

const library = 'ssh2';

function of(name: string, layer: string, dependencies: readonly string[] = []): WorkspacePackage {
  return { name: `@keybuzz/${name}`, folder: `packages/${name}`, layer, doors: [`@keybuzz/${name}`, ...(layer === 'sdk' ? ['@keybuzz/sdk/testing'] : [])], dependencies, devDependencies: [] };
}

const packages = [
  of('sdk', 'sdk'),
  of('mod-base', 'module', ['@keybuzz/sdk']),
  of('mod-redis', 'module', ['@keybuzz/sdk', '@keybuzz/mod-base']),
  of('twin', 'twin', ['@keybuzz/sdk']),
  of('runner', 'runner', ['@keybuzz/sdk', '@keybuzz/mod-base', '@keybuzz/twin']),
];

function seen(path: string, text: string): readonly string[] {
  return violations(importsOf({ path, text }), packages).map((line) => line.slice(line.indexOf(' ') + 1));
}

describe('the imports of this repository', () => {
  it('cross no boundary', () => {
    expect(violations(sourceFiles().flatMap(importsOf), workspacePackages())).toEqual([]);
  });

  it('are looked at in every package, each of which has a layer', () => {
    const folders = new Set(sourceFiles().flatMap(importsOf).map((one) => one.from.split('/').slice(0, 2).join('/')));
    expect(workspacePackages().filter((each) => each.layer === '').map((each) => each.name)).toEqual([]);
    expect(folders).toContain('packages/sdk');
    expect(folders).toContain('tools/src');
  });
});

describe('a boundary', () => {
  it.each([
    ['packages/sdk/src/module/x.ts', '@keybuzz/mod-base', 'layer sdk must not import layer module'],
    ['packages/mod-base/src/x.ts', '@keybuzz/runner', 'layer module must not import layer runner'],
    ['packages/mod-base/src/x.ts', '@keybuzz/mod-redis', '@keybuzz/mod-redis is not in the package.json of @keybuzz/mod-base'],
    ['packages/twin/src/x.ts', '@keybuzz/mod-base', 'layer twin must not import layer module'],
    ['packages/runner/src/x.ts', '@keybuzz/mod-base/src/index.ts', '@keybuzz/mod-base has no such door: its exports are @keybuzz/mod-base'],
    ['packages/runner/src/x.ts', '../../sdk/src/index.ts', 'a relative import stays in its package'],
    ['packages/runner/src/x.ts', '@keybuzz/mod-nothing', 'no package of this workspace has that name'],
    ['packages/sdk/src/command/x.ts', 'ssh2', 'only packages/sdk/src/ssh knows the SSH library'],
    ['packages/twin/src/x.ts', 'node-ssh', 'only packages/sdk/src/ssh knows the SSH library'],
    ['packages/mod-base/src/x.ts', '@keybuzz/sdk/testing', 'testing is for specs'],
    ['packages/mod-base/src/x.ts', 'node:child_process', 'a module acts through its hosts, never on the controller'],
    ['packages/sdk/src/converge/x.ts', '../module/index.ts', 'converge/ knows nothing of module/'],
    ['packages/sdk/src/facts/x.ts', '../operations/file.ts', 'facts/ knows nothing of operations/'],
    ['packages/sdk/src/inventory/x.ts', '../module/index.ts', 'inventory/ knows nothing of module/'],
    ['packages/sdk/src/module/x.ts', '../testing/index.ts', 'testing is for specs'],
  ])('refuses that %s imports %s', (path, specifier, reason) => {
    expect(seen(path, `import { a } from '${specifier}';`)).toContain(`imports ${specifier}: ${reason}`);
  });

  it.each([
    ['packages/mod-redis/src/x.ts', '@keybuzz/mod-base'],
    ['packages/mod-redis/spec/x.spec.ts', '@keybuzz/sdk/testing'],
    ['packages/mod-redis/acceptance/x.acceptance.ts', '@keybuzz/twin'],
    ['packages/mod-redis/acceptance/stack.ts', '@keybuzz/mod-redis'],
    ['packages/runner/src/stack.ts', '@keybuzz/mod-base'],
    ['packages/sdk/src/ssh/session.ts', 'ssh2'],
    ['packages/sdk/src/module/x.ts', '../converge/index.ts'],
    ['stacks/keybuzz.ts', '@keybuzz/mod-base'],
  ])('lets %s import %s', (path, specifier) => {
    expect(seen(path, `import { a } from '${specifier}';`)).toEqual([]);
  });

  it.each([
    ['a type', `import type { A } from '${library}';`, 1],
    ['several lines', `import {\n  a,\n  b,\n} from '${library}';`, 4],
    ['an export', `export * from '${library}';`, 1],
    ['an import for its effect', `const a = 1;\nimport '${library}';`, 2],
    ['a dynamic import', `const a = await import('${library}');`, 1],
  ])('sees %s', (_, text, line) => {
    expect(importsOf({ path: 'packages/twin/src/x.ts', text }).map((one) => [one.specifier, one.line])).toEqual([[library, line]]);
  });
});
