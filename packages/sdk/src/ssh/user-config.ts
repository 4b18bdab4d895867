import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SSHConfig } from 'ssh-config';
import type { ConnectOptions } from './options.ts';
import type { Target } from './target.ts';

/** What the OpenSSH client configuration says about a host, over what the inventory says. */
export interface Advice {
  readonly target: Target;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** `[user@]host[:port]`, from the first hop on. */
  readonly jumps: readonly string[];
}

type Computed = Record<string, string | string[]>;

/**
 * The advice of the user's SSH configuration. HostName, User and Port count only from a `Host` line that names the
 * host or its address literally: a `Host *` must not move a server of the inventory. `Include` is not followed and
 * `Match exec` not run.
 */
export async function advise(target: Target, options: ConnectOptions): Promise<Advice> {
  const file = options.config ?? join(homedir(), '.ssh', 'config');
  if (file === false || !existsSync(file)) return { target, identityFiles: [], identitiesOnly: false, jumps: [] };
  const config = await parsed(file);
  const literal = [target.name, target.address].find((name) => config.some((line) => 'param' in line && line.param.toLowerCase() === 'host' && words(line.value).includes(name)));
  const said: Computed = config.compute(literal ?? target.name, { ignoreCase: true, matchExec: false });
  const jump = one(said['proxyjump']);
  return {
    target: literal === undefined ? target : moved(target, said),
    identityFiles: list(said['identityfile']).map((f) => expanded(f)),
    identitiesOnly: one(said['identitiesonly'])?.toLowerCase() === 'yes',
    jumps: jump === undefined || jump.toLowerCase() === 'none' ? [] : jump.split(',').map((hop) => hop.trim()),
  };
}

const files = new Map<string, { text: string; config: SSHConfig }>();

async function parsed(file: string): Promise<SSHConfig> {
  const text = readFileSync(file, 'utf8');
  const kept = files.get(file);
  if (kept?.text === text) return kept.config;
  const { SSHConfig: Parser } = await import('ssh-config');
  const config = Parser.parse(text);
  files.set(file, { text, config });
  return config;
}

/** The host that a jump such as `admin@bastion:2222` names; `user` unless it says another. */
export function jumpTarget(jump: string, user: string): Target {
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(jump);
  const address = (match?.[2] ?? jump).replaceAll(/[[\]]/g, '');
  return { name: address, address, user: match?.[1] ?? user, port: match?.[3] === undefined ? undefined : Number(match[3]) };
}

function moved(target: Target, said: Computed): Target {
  const port = one(said['port']);
  return { ...target, address: one(said['hostname'])?.replaceAll('%h', target.name) ?? target.address, user: one(said['user']) ?? target.user, port: port === undefined ? target.port : Number(port) };
}

function words(value: string | readonly { val: string }[]): readonly string[] {
  return typeof value === 'string' ? [value] : value.map((v) => v.val);
}

function list(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function one(value: string | string[] | undefined): string | undefined {
  return list(value)[0];
}

function expanded(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir()).replaceAll('%d', homedir());
}
