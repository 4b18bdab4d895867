import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { credentialsOf, openStore, readOldEnv } from '@keybuzz/sdk';
import { loadStack } from '../src/load-stack.ts';
import { oldVariables } from '../src/old-variables.ts';

const folder = mkdtempSync(join(tmpdir(), 'keybuzz-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { uses } = await loadStack({ stack: join(import.meta.dirname, '..', '..', '..', 'stacks', 'keybuzz.ts') });

/** The secrets of the old installer, in both of its dialects, and what each is called here. */
const expected: Readonly<Record<string, string>> = {
  POSTGRES_SUPERPASS: 'postgres/superuser', POSTGRES_PASSWORD: 'postgres/superuser',
  POSTGRES_REPL_PASS: 'postgres/replication', REPLICATOR_PASSWORD: 'postgres/replication',
  POSTGRES_APP_PASS: 'postgres/app', PATRONI_API_PASSWORD: 'postgres/patroni-api',
  REDIS_PASSWORD: 'redis/app', REDIS_SENTINEL_PASSWORD: 'redis/sentinel-clients',
  RABBITMQ_PASSWORD: 'rabbitmq/admin', RABBITMQ_ERLANG_COOKIE: 'rabbitmq/cookie',
};

describe("an import of the old installer's files", () => {
  it('is what the modules of the stack then work with: none of it is made anew', async () => {
    const text = Object.entries(expected).map(([variable, name]) => `${variable}=old-value-of-${name}\n`).join('');
    const path = join(folder, 'old.env');
    writeFileSync(path, text);
    const { found, unknown } = readOldEnv([path], oldVariables(uses));
    expect(unknown).toEqual([]);
    const store = await openStore({ file: join(folder, 'x.age'), identityFile: join(folder, 'identity') });
    await store.importAll(found);
    const used = await Promise.all(uses.map((used) => store.resolve(credentialsOf(used), used.module.name)));
    const values = new Map(used.flatMap((secrets) => Object.values(secrets).map((secret) => [secret.name, secret.reveal()])));
    for (const name of new Set(Object.values(expected))) expect([name, values.get(name)]).toEqual([name, `old-value-of-${name}`]);
  });

  it('knows each old variable once', () => {
    const claimed = uses.flatMap((used) => Object.values(credentialsOf(used)).flatMap(({ formerly = [] }) => formerly));
    expect(claimed.toSorted()).toEqual([...new Set(claimed)].toSorted());
  });
});
