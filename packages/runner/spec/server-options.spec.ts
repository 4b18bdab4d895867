import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { base } from '@keybuzz/mod-base';
import { defineStack, readStack, use, type StackDefinition } from '@keybuzz/sdk';
import { serverOptions } from '../src/server-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'keybuzz-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'id_stack'), '');

const inventory = join(import.meta.dirname, '..', '..', '..', 'inventory', 'servers.tsv');
const stackWith = (ssh: StackDefinition['ssh']) => readStack(defineStack({ name: 'x', inventory, controller: 'install-01', modules: [use(base)], ...(ssh === undefined ? {} : { ssh }) }), folder);
const options = (ssh: StackDefinition['ssh'], terminal = false) => serverOptions(stackWith(ssh), { ask: terminal, askSudo: false, terminal });

describe('the way to the servers', () => {
  it('asks nothing without a terminal, and refuses hosts that are not known', async () => {
    expect(await options(undefined)).toEqual({ pin: 'strict' });
  });

  it('asks for passphrases, and whether to trust a host, on one', async () => {
    expect(await options(undefined, true)).toEqual({ pin: 'ask', ask: expect.any(Function) as unknown, passphrase: expect.any(Function) as unknown });
  });

  it('goes through a host of the inventory at its public address, as the user it has there', async () => {
    const { hosts } = stackWith(undefined).inventory;
    const { name, user, port, publicAddress } = hosts.find((h) => h.name === 'install-01')!;
    expect((await options({ jump: 'install-01' })).jump).toEqual({ name, user, port, address: publicAddress });
  });

  it('goes through any other place', async () => {
    expect((await options({ jump: 'admin@bastion.example.com:2222' })).jump).toEqual({ name: 'bastion.example.com', address: 'bastion.example.com', user: 'admin', port: 2222 });
  });

  it('has the key file of the stack, beside its file', async () => {
    expect((await options({ identityFile: 'id_stack' })).identityFile).toBe(join(folder, 'id_stack'));
    await expect(options({ identityFile: '~/none/id' })).rejects.toThrow(/ssh\.identityFile of the stack x: there is no file \/.*\/none\/id$/);
  });

  it('is refused when the stack says what is not understood', () => {
    expect(() => stackWith({ jmup: 'a' } as never)).toThrow('the stack: ssh: wanted { jump: \'bastion-01\', identityFile: \'~/.ssh/id_ed25519\' }, or one of them, got {"jmup":"a"}');
    expect(() => stackWith('bastion' as never)).toThrow('the stack: ssh: wanted');
  });
});
