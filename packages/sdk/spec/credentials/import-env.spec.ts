import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readOldEnv } from '../../src/credentials/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'old-env-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const names = new Map([['POSTGRES_SUPERPASS', 'postgres/superuser'], ['REPLICATOR_PASSWORD', 'postgres/replication'], ['POSTGRES_APP_PASS', 'postgres/app'], ['REDIS_PASSWORD', 'redis/app']]);

describe('the old installer\'s files', () => {
  it('are read as bash reads them: quotes, export, comments, CRLF, both dialects', () => {
    const path = file('postgres.env', `# credentials\r\nexport POSTGRES_SUPERPASS="a b\\"c\\$d1"\r\nREPLICATOR_PASSWORD='x #y$z12'\r\nPOSTGRES_APP_PASS=plain1234 # old\r\nPOSTGRES_DB=keybuzz\r\n`);
    const { found, unknown, placeholders } = readOldEnv([path], names);
    expect([...found]).toEqual([['postgres/superuser', 'a b"c$d1'], ['postgres/replication', 'x #y$z12'], ['postgres/app', 'plain1234']]);
    expect(unknown).toEqual([`${path}:5: POSTGRES_DB`]);
    expect(placeholders).toEqual([]);
  });

  it('that disagree are an error that names both lines and shows no value', () => {
    const [one, two] = [file('a.env', 'REDIS_PASSWORD=first-value-1\n'), file('b.env', '\nREDIS_PASSWORD=other-value-2\n')];
    expect(() => readOldEnv([one, two], names)).toThrow(`redis/app: ${one}:1 and ${two}:2 differ`);
    expect(() => readOldEnv([one, two], names)).not.toThrow(/value-/);
  });

  it.each(['changeme', 'CHANGE_ME_NOW', 'password', '<to be filled>', 'xxxxxxxx', 'short'])('with the placeholder %j are told, and it is not imported', (value) => {
    const path = file('p.env', `REDIS_PASSWORD=${value}\n`);
    expect(readOldEnv([path], names)).toEqual({ found: new Map(), unknown: [], placeholders: [`${path}:1: REDIS_PASSWORD`] });
  });
});
