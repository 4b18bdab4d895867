import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moduleGenerator, type Tree } from '../src/module-generator.ts';
import { root } from '../src/source-files.ts';

// Inside the workspace, where @keybuzz/sdk resolves, and out of the way of every other check.
mkdirSync(`${root}tmp`, { recursive: true });
const workspace = mkdtempSync(`${root}tmp/generated-`);
const folder = join(workspace, 'packages/mod-zz-probe');

const tree: Tree = {
  root: workspace,
  exists: (path) => existsSync(join(workspace, path)),
  read: (path) => readFileSync(join(workspace, path), 'utf8'),
  write: (path, content) => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  },
};

function tool(name: string, ...args: readonly string[]): { status: number | null; said: string } {
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const { status, stdout, stderr } = spawnSync(`${root}node_modules/.bin/${name}`, args, { cwd: root, encoding: 'utf8', env: { ...process.env, PATH: path } });
  return { status, said: stdout + stderr };
}

describe('a generated module', () => {
  beforeAll(() => {
    for (const file of ['package.json', 'tsconfig.base.json', 'tsconfig.build.json']) cpSync(join(root, file), join(workspace, file));
    // The linter leaves out what git ignores, as it ignores tmp/; it does not look beyond a repository.
    mkdirSync(join(workspace, '.git'));
    moduleGenerator(tree, { name: 'zz-probe' });
    // What `pnpm install` would link.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(`${root}packages/sdk/node_modules/valibot`, join(folder, 'node_modules/valibot'));
  });

  afterAll(() => rmSync(workspace, { recursive: true }));

  it('keeps the contract of every module before a line of it is written', () => {
    const { status, said } = tool('vitest', 'run', '--root', folder, '--reporter=dot');
    expect(status, said).toBe(0);
    expect(said).toMatch(/Tests .*\d+ passed/);
  }, 120_000);

  it('type checks', () => {
    expect(tool('tsc', '-p', folder)).toEqual({ status: 0, said: '' });
  }, 60_000);

  it('passes the linter', () => {
    const { status, said } = tool('oxlint', folder);
    expect(status, said).toBe(0);
    expect(said).toMatch(/on [1-9]\d* files/);
  }, 60_000);

  it('leaves no placeholder behind', () => {
    const left = spawnSync('grep', ['-rE', '__[A-Za-z]+__|\\.template', join(folder, 'src'), join(folder, 'spec'), join(folder, 'package.json')], { encoding: 'utf8' });
    expect(left.stdout).toBe('');
  });

  it('is a dependency of the root, in its place', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    expect(devDependencies['@keybuzz/mod-zz-probe']).toBe('workspace:*');
    expect(Object.keys(devDependencies)).toEqual(Object.keys(devDependencies).toSorted());
  });

  it('is not generated over another one', () => {
    expect(() => moduleGenerator(tree, { name: 'zz-probe' })).toThrow('wanted to make packages/mod-zz-probe, but it is there already');
  });

  it('has a name in kebab case', () => {
    expect(() => moduleGenerator(tree, { name: 'Redis' })).toThrow('wanted a name in kebab case such as nats, saw "Redis"');
  });
});
