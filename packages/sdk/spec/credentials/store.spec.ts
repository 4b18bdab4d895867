import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { derived, generated, openStore, provided, sha512Crypt, Secret, type SecretStore } from '../../src/credentials/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keys = (): { file: string; identityFile: string } => ({ file: join(folder, 'secrets', 'x.age'), identityFile: join(folder, 'identity') });
const open = (readOnly = false): Promise<SecretStore> => openStore({ ...keys(), readOnly });
const specs = { password: generated({ length: 24 }), passwordTwice: derived({ from: 'password', by: (secret) => secret.reveal().repeat(2) }) };
const values = async (store: SecretStore, of = specs): Promise<string[]> => Object.values(await store.resolve(of, 'base')).map((s) => s.reveal());

describe('a secret store', () => {
  it('makes what is missing once, encrypted, readable by its owner alone', async () => {
    const [password = '', twice] = await values(await open());
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(twice).toBe(password + password);
    expect(await values(await open())).toEqual([password, twice]);
    for (const path of Object.values(keys())) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(keys().file, 'utf8')).not.toContain(password);
  });

  it('is completed and never regenerated', async () => {
    const before = await values(await open());
    const more = await (await open()).resolve({ ...specs, other: generated() }, 'base');
    expect(Object.values(more).map((s) => s.reveal()).slice(0, 2)).toEqual(before);
    expect((await open()).list().map((s) => s.name)).toEqual(['base/other', 'base/password', 'base/password-twice']);
  });

  it('computes what is derived again when its source was rotated, and knows both values until the new one is confirmed', async () => {
    const [before = ''] = await values(await open());
    await (await open()).rotate('base/password');
    const store = await open();
    const [after = '', twice] = await values(store);
    expect(after).not.toBe(before);
    expect(twice).toBe(after + after);
    expect(store.all().map((s) => s.reveal())).toContain(before);
    expect(store.list().find(({ name }) => name === 'base/password')).toMatchObject({ previous: true });
    expect(store.get('base/password')?.previous?.reveal()).toBe(before);
    await store.confirm('base/password');
    expect(store.get('base/password')?.previous).toBeUndefined();
    expect(store.list().find(({ name }) => name === 'base/password')).toEqual({ name: 'base/password', origin: 'generated', ageDays: 0 });
    expect((await open()).all().filter((s) => s.name === 'base/password').map((s) => s.reveal())).toEqual([after]);
  });

  it('counts rotations, and refuses another before the last one is confirmed', async () => {
    await values(await open());
    const store = await open();
    const rotations = () => store.get('base/password')?.rotations;
    expect(rotations()).toBe(0);
    await store.rotate('base/password');
    const after = store.get('base/password')?.reveal();
    await expect(store.rotate('base/password')).rejects.toMatchObject({ kind: 'badConfig', message: expect.stringContaining('base/password has a value before this one') as string, context: { next: expect.stringContaining('keybuzz secrets confirm base/password') as string } });
    expect([rotations(), store.get('base/password')?.reveal()]).toEqual([1, after]);
    await store.confirm('base/password');
    await store.set('base/password', 'another');
    expect((await open()).get('base/password')?.rotations).toBe(1);
    await store.confirm('base/password');
    await store.rotate('base/password');
    const last = (await open()).get('base/password');
    expect([last?.rotations, Math.abs((last?.since?.getTime() ?? 0) - Date.now()) < 60_000]).toEqual([2, true]);
  });

  it('opened for reading writes nothing, and what it lacks is made for this run only', async () => {
    const store = await open(true);
    const first = await values(store);
    expect(await values(store)).toEqual(first);
    expect(existsSync(keys().file)).toBe(false);
    expect(existsSync(keys().identityFile)).toBe(false);
    expect(await values(await open(true))).not.toEqual(first);
  });

  it('loses nothing when modules and operators write at the same time', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([one.set('a/one', '1'), two.set('a/two', '2'), one.resolve(specs, 'base'), two.resolve({ x: generated() }, 'other')]);
    expect((await open()).list().map((s) => s.name)).toEqual(['a/one', 'a/two', 'base/password', 'base/password-twice', 'other/x']);
  });

  it('takes a lock over whose owner died', async () => {
    await values(await open());
    writeFileSync(`${keys().file}.lock`, '999999999');
    await (await open()).set('a/b', 'value');
    expect((await open()).get('a/b')?.reveal()).toBe('value');
  });

  it.each<[string, () => void]>([
    ['was cut short', () => writeFileSync(keys().file, readFileSync(keys().file).subarray(0, 120))],
    ['is something else', () => writeFileSync(keys().file, 'not a store\n')],
    ['was written with another identity', () => writeFileSync(keys().identityFile, 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n')],
    ['has lost its identity', () => rmSync(keys().identityFile)],
  ])('that %s is an error, and is left as it is', async (_, damage) => {
    await values(await open());
    damage();
    const before = readFileSync(keys().file);
    await expect(open()).rejects.toThrow(`the secret store ${keys().file} cannot be opened with the identity ${keys().identityFile}`);
    expect(readFileSync(keys().file)).toEqual(before);
  });

  it('asks the operator for what only he knows, with the command to type', async () => {
    const wanted = (await open()).resolve({ token: provided('the token of the provider') }, 'hetzner');
    await expect(wanted).rejects.toMatchObject({ message: 'the secret hetzner/token is not in the store: the token of the provider', context: { next: 'keybuzz secrets set hetzner/token' } });
  });

  it('refuses imported values that differ from its own, unless they replace them', async () => {
    const store = await open();
    await store.importAll(new Map([['redis/password', 'one-value']]));
    await expect(store.importAll(new Map([['redis/password', 'two-value']]))).rejects.toThrow('the store has other values for redis/password');
    await store.importAll(new Map([['redis/password', 'two-value']]), { replace: true });
    expect((await open()).list()).toEqual([{ name: 'redis/password', origin: 'imported', ageDays: 0, previous: true }]);
    expect((await open()).get('redis/password')?.reveal()).toBe('two-value');
  });
});

describe('sha512Crypt', () => {
  it('is what crypt(3) makes of the published test vector', async () => {
    expect(await sha512Crypt(Secret.of('x', 'Hello world!'), 'saltstring')).toBe('$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1');
  });

  it('takes another salt each time', async () => {
    const [one, two] = await Promise.all([sha512Crypt(Secret.of('x', 'same')), sha512Crypt(Secret.of('x', 'same'))]);
    expect(one).not.toBe(two);
  });
});
