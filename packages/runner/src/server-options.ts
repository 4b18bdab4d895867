import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Failure, fingerprint, jumpTarget, Secret, type ConnectOptions, type Inventory, type ReadStack } from '@keybuzz/sdk';
import { agreed, hidden } from './ask.ts';

/** What an operator at the terminal may be asked. */
export interface Asking {
  /** Whether to trust a host that is not known yet. */
  readonly ask: boolean;
  /** The password for sudo. */
  readonly askSudo: boolean;
  /** Whether there is a terminal; the process's own when not said. */
  readonly terminal?: boolean;
}

type Target = NonNullable<ConnectOptions['jump']>;

// Asked for once, whatever number of connections and runs of this process wants them.
const passphrases = new Map<string, Promise<Secret | undefined>>();
let sudoPassword: Promise<Secret> | undefined;

/** How the servers themselves are reached, as their stack and the operator say. Throws Failure `badConfig` when what they say cannot be. */
export async function serverOptions(stack: Pick<ReadStack, 'definition' | 'folder' | 'inventory'>, { ask, askSudo, terminal = process.stdin.isTTY }: Asking): Promise<Omit<ConnectOptions, 'knownHosts'>> {
  const { jump, identityFile } = stack.definition.ssh ?? {};
  if (askSudo && !terminal) throw new Failure('badConfig', '--ask-sudo needs a terminal to ask on', { next: 'without one, sudoers needs NOPASSWD: docs/guides/ssh.md' });
  if (askSudo) sudoPassword ??= hidden('Password for sudo (not shown): ').then((typed) => Secret.of('ssh/sudo-password', typed));
  return {
    ...(identityFile === undefined ? {} : { identityFile: keyFile(identityFile, stack) }),
    ...(jump === undefined ? {} : { jump: jumpHost(jump, stack.inventory) }),
    ...(askSudo ? { sudoPassword: await sudoPassword } : {}),
    ...(terminal ? { passphrase: passphraseOf } : {}),
    ...(terminal && ask ? { pin: 'ask', ask: (host, key) => agreed(`${host.name} (${host.address}) shows ${key.type} ${fingerprint(key)}, seen for the first time.\nIs that its key? [y/N] `) } : { pin: 'strict' }),
  };
}

function passphraseOf(file: string): Promise<Secret | undefined> {
  const asked = passphrases.get(file) ?? hidden(`Passphrase of ${file} (not shown): `).then((typed) => (typed === '' ? undefined : Secret.of('ssh/passphrase', typed)));
  passphrases.set(file, asked);
  return asked;
}

function keyFile(written: string, { definition, folder }: Pick<ReadStack, 'definition' | 'folder'>): string {
  const file = resolve(folder, written.replace(/^~(?=\/)/, homedir()));
  if (!existsSync(file)) throw new Failure('badConfig', `ssh.identityFile of the stack ${definition.name}: there is no file ${file}`, { next: `put the key there, or edit the stack ${definition.name}` });
  return file;
}

/** A host of the inventory is reached from outside, at its public address. */
function jumpHost(written: string, inventory: Inventory): Target {
  const host = inventory.hosts.find(({ name }) => name === written);
  if (host === undefined) return jumpTarget(written, 'root');
  const { name, user, port, address, publicAddress } = host;
  return { name, user, port, address: publicAddress ?? address };
}
