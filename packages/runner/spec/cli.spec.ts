import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'keybuzz-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The CLI in a project folder of its own, with no terminal. */
const keybuzz = Object.assign((...argv: string[]): Promise<Ended> => fed('', ...argv), { fed });

function fed(input: string, ...argv: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const bin = join(root, 'packages', 'runner', 'src', 'bin.ts');
    const child = execFile(process.execPath, ['--disable-warning=ExperimentalWarning', bin, ...argv], { env: { ...process.env, KB_ROOT: folder, NO_COLOR: '1', FORCE_COLOR: '0' } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    child.stdin?.end(input);
  });
}

const stack = ['--stack', join(root, 'stacks', 'keybuzz.ts')];
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

// With a secret store of its own: the checkout's may be there, and its key is not in this folder.
const own = ['--stack', file('own.ts', `import { defineStack } from '${join(root, 'packages/sdk/src/index.ts')}';\nexport const stack = defineStack({ name: 'own', inventory: '${join(root, 'inventory/servers.tsv')}', controller: 'install-01', secrets: 'own.age', modules: [] });\n`)];

describe('wrong usage ends with 2, one clear line and what to do', () => {
  it.each<[string, string[], string]>([
    ['an unknown command', ['plna'], "unknown command 'plna'"],
    ['an unknown option', ['plan', '--hots', 'x'], "unknown option '--hots'"],
    ['a place that does not exist', ['graph', '--stack', 'nowhere.ts'], 'no stack at'],
    ['an unknown host', ['explain', 'db-99', ...stack], 'no host db-99'],
    ['another place than the twin', ['plan', '--on', 'moon', ...stack], '--on moon: the only other place to run on is "twin"'],
    ['a twin that is not up', ['plan', '--on', 'twin', ...stack], 'no twin is up here'],
    ['a reboot without a terminal and without --yes', ['reboot', 'db-*', ...stack], 'a reboot without a terminal needs --yes'],
    ['a rollout without a terminal and without --yes', ['rollout', ...stack], 'a rollout without a terminal needs --yes'],
    ['a password for sudo without a terminal', ['plan', '--ask-sudo', ...own], '--ask-sudo needs a terminal'],
    ['a module without drills', ['drill', 'base', ...stack], 'the module base has no drills'],
    ['a secret that is not there', ['secrets', 'get', 'base/none', ...own], 'no secret base/none in the store'],
  ])('%s', async (_, argv, message) => {
    const { code, stderr } = await keybuzz(...argv);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('names the nearest command', async () => {
    expect((await keybuzz('plna')).stderr).toBe("keybuzz: unknown command 'plna' (did you mean plan?)\n  next  ./kb --help\n");
  });
});

describe('drills', () => {
  const sdk = join(root, 'packages/sdk/src/index.ts');
  const text = `import { defineModule, defineStack, drill, met, use } from '${sdk}';
import { base } from '${join(root, 'packages/mod-base/src/index.ts')}';
const nothing = async () => {};
const about = { inject: nothing, redundant: async () => met(true), workload: () => ({ connect: nothing, read: async () => [], cleanUp: nothing }) };
const store = defineModule({ name: 'store', summary: 'a store', requires: [], hosts: { query: 'all' }, config: base.definition.config, credentials: {}, ports: [],
  install: nothing, configure: nothing, test: async () => [], health: async () => [],
  drills: [drill('leader killed', { name: 'leader-killed', quick: true, promise: { downtime: 5000 }, ...about }), drill('all off', { name: 'all-off', long: true, promise: { downtime: 60_000 }, ...about })] });
export const stack = defineStack({ name: 'own', inventory: '${join(root, 'inventory/servers.tsv')}', controller: 'install-01', secrets: 'own.age', modules: [use(store)] });
`;
  const drills = ['--stack', file('drills.ts', text)];

  it('are listed with what is promised', async () => {
    expect(await keybuzz('drill', 'store', '--list', ...drills)).toEqual({ code: 0, stderr: '', stdout: 'leader-killed  leader killed  down at most 5 s   quick\nall-off        all off        down at most 60 s  only by name\n' });
    expect(JSON.parse((await keybuzz('drill', 'store', '--list', '--json', ...drills)).stdout)).toEqual([
      { name: 'leader-killed', title: 'leader killed', promise: { downtime: 5000 }, quick: true, long: false },
      { name: 'all-off', title: 'all off', promise: { downtime: 60_000 }, quick: false, long: true },
    ]);
  });

  it.each<[string, string[], string]>([
    ['on the servers themselves without --yes', ['store'], 'drills break store on the servers themselves: that needs --yes'],
    ['that are not there', ['store', 'leader-kiled'], 'store has no drill leader-kiled (did you mean leader-killed?)'],
    ['named and quick', ['store', 'all-off', '--quick'], 'either --quick or the names of drills'],
    ['of a module that is not there', ['stor'], 'the stack own has no module stor (did you mean store?)'],
    ['on a twin that is not up', ['store', '--on', 'twin'], 'no twin is up here'],
  ])('%s are refused', async (_, argv, message) => {
    expect(await keybuzz('drill', ...argv, ...drills)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string });
  });
});

describe('a stack that is wrong', () => {
  const imports = `import { defineStack, use } from '${join(root, 'packages/sdk/src/index.ts')}';\nimport { base } from '${join(root, 'packages/mod-base/src/index.ts')}';\n`;
  const inventory = join(root, 'inventory', 'servers.tsv');
  const written = (name: string, body: string): string => file(name, `${imports}export const stack = defineStack({ name: 'x', inventory: '${inventory}', controller: 'install-01', ${body} });\n`);

  it.each<[string, string, string]>([
    ['names the unknown key of a module', 'modules: [use(base, { config: { tymezone: 1 } })]', 'base: unknown key tymezone (did you mean timezone?)'],
    ['names the key with the wrong value', 'modules: [use(base, { config: { openFiles: "many" } })]', 'base.openFiles: wanted number, got "many"'],
    ['refuses a module twice', 'modules: [use(base), use(base)]', 'base is used twice'],
    ['names its own unknown key', 'modules: [use(base)], modulles: []', 'unknown key modulles (did you mean modules?)'],
  ])('%s', async (title, body, message) => {
    const { code, stderr } = await keybuzz('graph', '--stack', written(`${title.replaceAll(/\W+/g, '-')}.ts`, body));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('an inventory that is wrong', () => {
  it('is told with file, line and column of every mistake', async () => {
    const header = 'ENV\tIP_PUBLIQUE\tHOSTNAME\tIP_PRIVEE\tFQDN\tUSER_SSH\tPOOL\tROLE\tSUBROLE\tDOCKER_STACK\tCORE\tNOTES';
    const row = 'prod\t198.51.100.10\ta\t10.0.0.1\ta.x.io\troot\tp\tbackup\tbackup\td\tyes\tn';
    const path = file('servers.tsv', `${header}\n${row}\n${row.replace('10.0.0.1', '10.0.0.999')}\n`);
    const { code, stderr } = await keybuzz('inventory', 'check', path);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`${path}:3:\\d+: .*10\\.0\\.0\\.999`));
    expect(stderr).toMatch(new RegExp(`${path}:3:\\d+: .*\\ba\\b`));
  });

  it('is counted when it is right', async () => {
    const { code, stdout } = await keybuzz('inventory', 'check', join(root, 'inventory', 'servers.tsv'));
    expect(code).toBe(0);
    expect(stdout).toContain('48 hosts of prod, 30 of them core');
  });
});

describe('what can be known without asking a host', () => {
  it('explain tells modules, configuration, ports, firewall rules, load balancers and secrets of a host', async () => {
    const { code, stdout } = await keybuzz('explain', 'haproxy-01', ...stack);
    expect(code).toBe(0);
    for (const line of [
      'haproxy-01  10.0.0.11  198.51.100.51  lb/internal-haproxy',
      '  configured   openFiles = 1048576',
      '  configured   loadBalancer.address = "10.0.0.10"  (by the stack)',
      '  listens on   22/tcp ssh, from private',
      '  lets in      5433/tcp from 10.0.0.0/16  (keybuzz:postgres:replicas)',
      '  behind       the load balancer 10.0.0.10: 5432, 5433, 6432',
      '  credential   base/console-password',
    ]) expect(stdout).toContain(`${line}\n`);
    // What other modules only listen with here is not theirs to be configured here.
    expect(stdout).not.toContain('keybuzz-pg');
  });

  it('explain masks a secret that was written into a configuration by mistake, and tells ages', async () => {
    const leaky = ['--stack', file('leaky.ts', `import { defineStack, use } from '${join(root, 'packages/sdk/src/index.ts')}';\nimport { base } from '${join(root, 'packages/mod-base/src/index.ts')}';\nexport const stack = defineStack({ name: 'leaky', inventory: '${join(root, 'inventory/servers.tsv')}', controller: 'install-01', secrets: 'leaky.age', modules: [use(base, { config: { packages: ['jq', 'tr0ub4dor-and-3'] } })] });\n`)];
    await keybuzz.fed('tr0ub4dor-and-3\n', 'secrets', 'set', 'base/console-password', ...leaky);
    for (const json of [[], ['--json']]) {
      const { stdout } = await keybuzz('explain', 'db-master-01', ...json, ...leaky);
      expect(stdout).toContain('"jq","[secret base/console-password]"]');
      expect(stdout).not.toContain('tr0ub4dor');
      expect(stdout).toMatch(/base\/console-password( {2}set, 0 days old|","origin":"set","ageDays":0)/);
    }
  });

  it('graph --json is the modules in order', async () => {
    const modules = JSON.parse((await keybuzz('graph', '--json', ...stack)).stdout) as { name: string; hosts: string[] }[];
    expect(modules.map(({ name, hosts }) => [name, hosts.length])).toEqual([['base', 48], ['haproxy', 2], ['postgres', 3], ['redis', 3], ['rabbitmq', 3]]);
  });

  it('secrets are listed by name, never by value', async () => {
    expect((await keybuzz('secrets', 'list', '--json', ...own)).stdout).toBe('[]\n');
    expect(await keybuzz.fed('s3cret value\n', 'secrets', 'set', 'app/token', ...own)).toMatchObject({ code: 0, stdout: '' });
    expect((await keybuzz('secrets', 'list', ...own)).stdout).toBe('app/token  set, 0 days old\n');
    expect((await keybuzz('secrets', 'get', 'app/token', ...own)).stdout).toBe('s3cret value\n');
  });

  it('secrets that were rotated keep the value before until they are confirmed', async () => {
    await keybuzz.fed('first value\n', 'secrets', 'set', 'app/key', ...own);
    expect((await keybuzz('secrets', 'rotate', 'app/key', ...own)).stdout).toContain('is kept, and masked in logs, until: ./kb secrets confirm app/key\n');
    expect((await keybuzz('secrets', 'list', ...own)).stdout).toContain('app/key  generated, 0 days old, not confirmed: the value before is kept\n');
    expect((await keybuzz('secrets', 'confirm', 'app/key', ...own)).stdout).toBe('the value that app/key had before is forgotten\n');
    expect((await keybuzz('secrets', 'list', ...own)).stdout).toContain('app/key  generated, 0 days old\n');
    expect((await keybuzz('secrets', 'confirm', 'app/key', ...own)).stdout).toBe('app/key has no value before that is kept: nothing was forgotten\n');
    expect(await keybuzz('secrets', 'confirm', 'app/none', ...own)).toMatchObject({ code: 2, stderr: expect.stringContaining('no secret app/none') as string });
  });
});
