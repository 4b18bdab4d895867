import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BaseAgent, ParsedKey } from 'ssh2';
import type { Secret } from '../credentials/secret.ts';
import { agentKeys, type AgentKey } from './agent.ts';
import type { ConnectOptions } from './options.ts';

/** Something to log in with; `label` names it in messages. */
export type Identity =
  | { readonly label: string; readonly key: ParsedKey }
  | { readonly label: string; readonly agent: BaseAgent }
  | { readonly label: string; readonly unlock: () => Promise<ParsedKey | undefined> };

const defaults = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name));

/** The identities of an operator. Every key file is read and parsed once, the agent is asked once, whatever the number of hosts. */
export class Identities {
  readonly #options: ConnectOptions;
  readonly #files = new Map<string, Promise<Identity | undefined>>();
  #agent: Promise<readonly AgentKey[]> | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
  }

  /**
   * What to log in with, one after the other: key files that open without a question (those named by the options,
   * those of the SSH configuration, those of `~/.ssh`), the agent's keys, encrypted files. With `only`, or with an
   * identity file in the options, no file but the ones named and no agent key but theirs.
   */
  async *for({ files, only }: { files: readonly string[]; only: boolean }): AsyncGenerator<Identity> {
    const own = this.#options.identityFile;
    const strictly = only || own !== undefined;
    const named = [...new Set([...(own === undefined ? [] : [own]), ...files])];
    const locked: Identity[] = [];
    for (const path of [...named, ...(strictly ? [] : defaults.filter((f) => !named.includes(f)))]) {
      const identity = await this.#file(path);
      if (identity === undefined) continue;
      if ('unlock' in identity) locked.push(identity);
      else yield identity;
    }
    yield* await this.#agentKeys(strictly ? named : undefined);
    yield* locked;
  }

  /** The agent's keys; of `named` files, those whose public half lies beside one. */
  async #agentKeys(named: readonly string[] | undefined): Promise<readonly Identity[]> {
    const socket = this.#options.agent ?? process.env['SSH_AUTH_SOCK'];
    if (socket === false || socket === undefined || socket === '') return [];
    this.#agent ??= agentKeys(socket);
    const keys = await this.#agent;
    if (named === undefined) return keys;
    const halves = new Set(named.map((f) => publicHalf(f)));
    return keys.filter((k) => halves.has(k.publicKey));
  }

  #file(path: string): Promise<Identity | undefined> {
    const known = this.#files.get(path) ?? this.#read(path);
    this.#files.set(path, known);
    return known;
  }

  async #read(path: string): Promise<Identity | undefined> {
    const { utils } = (await import('ssh2')).default;
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch {
      return undefined;
    }
    const key = utils.parseKey(bytes);
    if (!(key instanceof Error)) return { label: path, key };
    if (!/passphrase/i.test(key.message)) return undefined;
    let answer: Promise<ParsedKey | undefined> | undefined;
    const unlock = async (): Promise<ParsedKey | undefined> => {
      const secret: Secret | undefined = await this.#options.passphrase?.(path);
      const opened = secret === undefined ? undefined : utils.parseKey(bytes, secret.reveal());
      return opened instanceof Error ? undefined : opened;
    };
    return { label: `${path} (encrypted)`, unlock: () => (answer ??= unlock()) };
  }
}

function publicHalf(file: string): string {
  try {
    return readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '';
  } catch {
    return '';
  }
}
