import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../src/source-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'published-'));
const modules = join(folder, 'node_modules');
function run(program: string, args: readonly string[], cwd = folder): string {
  const path = `${root}node_modules/.bin:${dirname(process.execPath)}:${process.env['PATH']}`;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: '' } });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} in ${cwd} exits ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The tarball of a package stands in node_modules, beside what its own package.json asks for and nothing else. */
function install(name: string): void {
  const source = join(root, 'packages', name);
  const packed = JSON.parse(run('pnpm', ['pack', '--json', '--pack-destination', folder], source)) as { filename: string };
  const target = join(modules, '@keybuzz', name);
  mkdirSync(target, { recursive: true });
  run('tar', ['xzf', packed.filename, '--strip-components=1', '-C', target]);
  const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
  for (const dependency of Object.keys(manifest.dependencies ?? {}).filter((each) => !each.startsWith('@keybuzz/'))) {
    const link = join(modules, dependency);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(realpathSync(join(source, 'node_modules', dependency)), link);
  }
}

const consumer = `import { base } from '@keybuzz/mod-base';
import { defineStack, use } from '@keybuzz/sdk';
export const stack = defineStack({ name: 'mine', inventory: 'servers.tsv', controller: 'install-01', modules: [use(base)] });
export const wrong = use(base, { config: { timezone: 7 } });
`;

describe('the published packages', () => {
  beforeAll(() => {
    run('pnpm', ['-r', '--filter', './packages/*', 'build'], root);
    for (const name of ['sdk', 'mod-base', 'twin', 'runner']) install(name);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it('hold what their exports promise and no source', () => {
    const files = globSync('@keybuzz/*/**/*', { cwd: modules });
    expect(files).toContain('@keybuzz/sdk/dist/index.js');
    expect(files).toContain('@keybuzz/sdk/dist/testing/index.d.ts');
    expect(files).toContain('@keybuzz/twin/dist/proxy-main.js');
    expect(files.filter((file) => /(^|[^d])\.ts$/.test(file))).toEqual([]);
  });

  it('name one another by version, not by workspace', () => {
    const manifest = readFileSync(join(modules, '@keybuzz/mod-base/package.json'), 'utf8');
    expect(manifest).toMatch(/"@keybuzz\/sdk": "\d+\.\d+\.\d+"/);
    expect(manifest).not.toContain('workspace:');
  });

  it('are imported by a Node without type stripping', () => {
    const script = "import { sh } from '@keybuzz/sdk'; import { base } from '@keybuzz/mod-base'; console.log(typeof sh, base.name)";
    expect(run(process.execPath, ['--no-experimental-strip-types', '--input-type=module', '-e', script])).toBe('function base\n');
  });

  it('type check for whoever imports them', () => {
    writeFileSync(join(folder, 'consumer.mts'), consumer);
    cpSync(join(root, 'node_modules/@types'), join(modules, '@types'), { recursive: true, dereference: true });
    const compile = (): string => run('tsc', ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', 'consumer.mts']);
    // The one line that must not compile shows that the declarations are really there.
    expect(compile).toThrow(/exits \d:\nconsumer\.mts\(4,\d+\): error TS2322: Type 'number' is not assignable to type 'string'\.\n$/);
  });

  it('bring the keybuzz command', () => {
    expect(run(process.execPath, [join(modules, '@keybuzz/runner/dist/bin.js'), '--help'])).toContain('Usage: keybuzz');
  });
});
