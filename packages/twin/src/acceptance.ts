import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execPath } from 'node:process';
import { down } from './down.ts';
import { run } from './run.ts';
import { enterArgv, readStateOf, twinName, type TwinState } from './state.ts';

export { changes, commandsOn, events, shown, type Commands, type Told } from './acceptance-cli.ts';

/** What a command of the CLI left. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project folder and a twin of its own for one acceptance: it may run while the demo is up. Nothing is left of it after `close`. */
export interface AcceptanceTwin {
  /** The CLI as an operator types it: `keybuzz('plan', '--on', 'twin')`. */
  keybuzz(...argv: string[]): Promise<CliResult>;
  /** The same with a text on its standard input. */
  given(input: string, ...argv: string[]): Promise<CliResult>;
  /** The same, killed with -9, it and its children, after some milliseconds. */
  cutAfter(milliseconds: number, ...argv: string[]): Promise<void>;
  /** What a shell on the host prints, over plain OpenSSH with pinned keys; throws when it exits non-zero. */
  on(host: string, command: string): Promise<string>;
  /** Whether a TCP port answers somebody on the Internet. */
  exposed(publicAddress: string, port: number): Promise<boolean>;
  readonly name: string;
  /** The project folder: its secret store, and `runs/` with what every run left. */
  readonly folder: string;
  close(): Promise<void>;
}

/** The hosts of the stack's inventory that match run, booted by the CLI itself. */
export async function acceptanceTwin(options: { stack: string; hosts: string }): Promise<AcceptanceTwin> {
  const folder = mkdtempSync(join(tmpdir(), 'keybuzz-acceptance-'));
  const name = twinName(folder);
  const bin = resolve('packages/runner/src/bin.ts');
  const env = { KB_ROOT: folder };
  const command = (argv: readonly string[]): string[] => [execPath, '--disable-warning=ExperimentalWarning', bin, ...withStack(argv, options.stack)];
  const given = async (input: string, ...argv: string[]): Promise<CliResult> => {
    const { status, stdout, stderr } = await run(command(argv), { okay: 'any', within: 900_000, env, input });
    return { code: status, stdout, stderr };
  };
  const keybuzz = (...argv: string[]): Promise<CliResult> => given('', ...argv);
  const close = async (): Promise<void> => {
    await down({ name });
    rmSync(folder, { recursive: true, force: true });
  };
  const { code, stderr } = await keybuzz('twin', 'up', '--hosts', options.hosts);
  if (code !== 0) {
    // Some hosts may have come up; nobody would have the name to take them down by.
    await close();
    throw new Error(`the twin did not come up: ${stderr}`);
  }
  return {
    name,
    folder,
    keybuzz,
    given,
    cutAfter: async (milliseconds, ...argv) => void (await run(['timeout', '--signal=KILL', String(milliseconds / 1000), ...command(argv)], { okay: 'any', within: 900_000, env })),
    on: (host, text) => shell(stateOf(name), host, text),
    exposed: async (address, port) => (await run([...enterArgv(name, 'internet'), 'timeout', '3', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`], { okay: 'any' })).status === 0,
    close,
  };
}

// `twin exec` and the like take no stack; a spec may name another one.
function withStack(argv: readonly string[], stack: string): readonly string[] {
  return (argv[0] === 'twin' && argv[1] !== 'up') || argv.includes('--stack') ? argv : [...argv, '--stack', stack];
}

async function shell(state: TwinState, host: string, text: string): Promise<string> {
  const { stdout } = await run([...enterArgv(state.name), 'ssh', '-n', '-F', state.sshConfigFile, host, text], { within: 300_000 });
  return stdout.trim();
}

function stateOf(name: string): TwinState {
  const state = readStateOf(name);
  if (state === undefined) throw new Error(`the twin ${name} is gone`);
  return state;
}
