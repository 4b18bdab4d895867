import { Bash, defineCommand, latin1FromBytes, type CommandName } from 'just-bash';
import { FileError } from './inode.ts';
import type { Machine } from './machine.ts';
import { bashism } from './posix.ts';
import { ProgramError, type Call, type Output, type Program } from './program.ts';
import { treeFileSystem } from './tree-fs.ts';

/** What the in-memory shell brings by itself that a Debian host has as well. */
const coreutils: CommandName[] = [
  'awk', 'base64', 'basename', 'cat', 'chmod', 'comm', 'cut', 'diff', 'dirname', 'du', 'echo', 'egrep', 'env', 'expand', 'expr', 'false', 'fgrep', 'find', 'fold',
  'grep', 'gzip', 'gunzip', 'zcat', 'head', 'join', 'ln', 'ls', 'md5sum', 'mv', 'nl', 'od', 'paste', 'printenv', 'printf', 'pwd', 'readlink', 'rev', 'rm', 'rmdir', 'sed', 'seq',
  'sha1sum', 'sha256sum', 'sh', 'bash', 'sleep', 'sort', 'split', 'tac', 'tail', 'tar', 'tee', 'timeout', 'touch', 'tr', 'true', 'unexpand', 'uniq', 'wc', 'whoami', 'xargs',
];

/** A shell on the machine: runs a POSIX command line with these programs and no others. */
export class Shell {
  readonly machine: Machine;
  readonly #bash: Bash;
  #traps = new Map<string, string>();

  constructor(machine: Machine, programs: readonly Program[], env: Readonly<Record<string, string>> = {}) {
    this.machine = machine;
    const builtins = [this.#trap(), umask, deviceTest, commandV];
    this.#bash = new Bash({
      fs: treeFileSystem(machine.tree, new Map([...builtins, ...programs].filter(({ path }) => path !== undefined).map(({ name, path = null }) => [`/usr/bin/${name}`, path]))),
      cwd: '/root',
      env: { HOME: '/root', USER: 'root', PATH: '/usr/bin', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...env },
      commands: coreutils,
      customCommands: [...builtins, ...programs].map((each) => this.#command(each)),
      sleep: async (milliseconds) => void (machine.now += milliseconds),
      defenseInDepth: false,
      // The library's own deadlines would set timers for every command; what hangs is met by the runner of the specs.
      executionLimits: { maxExecutionTimeMs: Infinity, maxExtensionCleanupTimeMs: Infinity },
      processInfo: { pid: 4242, ppid: 1, uid: 0, gid: 0 },
    });
  }

  /** Runs one command line as `( LINE )` of /bin/sh would; what it reads are bytes. */
  async run(text: string, stdin: Uint8Array = new Uint8Array()): Promise<Output> {
    const foreign = bashism(text);
    if (foreign !== undefined) return { code: 2, stdout: '', stderr: `sh: Syntax error: /bin/sh does not know ${foreign}\n` };
    this.machine.tree.umask = 0o022;
    this.#traps.clear();
    const first = await this.#execute(withOwnTests(text), { stdin });
    const trap = this.#traps.get('EXIT') ?? this.#traps.get('0');
    if (trap === undefined) return { code: first.code, stdout: first.stdout, stderr: first.stderr };
    this.#traps.clear();
    const last = await this.#execute(trap, { stdin: new Uint8Array(), env: first.env });
    return { code: first.code, stdout: first.stdout + last.stdout, stderr: first.stderr + last.stderr };
  }

  async #execute(text: string, with_: { stdin: Uint8Array; env?: Record<string, string> }): Promise<Output & { env: Record<string, string> }> {
    const env = with_.env === undefined ? {} : { env: with_.env };
    try {
      const result = await this.#bash.exec(text, { rawScript: true, stdin: Buffer.from(with_.stdin).toString('latin1'), stdinKind: 'bytes', ...env });
      return { ...output(result), env: result.env };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      // A redirection that cannot be made ends this shell at once; a real one would only skip its command.
      return { code: 2, stdout: '', stderr: `sh: cannot create: ${error.message}\n`, env: {} };
    }
  }

  #trap(): Program {
    const run = ({ args }: Call): undefined => {
      const [action = '', ...signals] = args[0] === '--' ? args.slice(1) : args;
      for (const signal of signals) {
        if (action === '-' || action === '') this.#traps.delete(signal);
        else this.#traps.set(signal, action);
      }
    };
    return { name: 'trap', path: null, run };
  }

  #command(each: Program): ReturnType<typeof defineCommand> {
    return defineCommand(each.name, async (args, context) => {
      const { path = `/usr/bin/${each.name}` } = each;
      if (path !== null && this.machine.tree.find(path) === undefined) return { stdout: '', stderr: `sh: ${each.name}: not found\n`, exitCode: 127 };
      const call: Call = {
        machine: this.machine,
        args,
        stdin: Buffer.from(latin1FromBytes(context.stdin), 'latin1'),
        cwd: context.cwd,
        env: context.env,
        shell: async (text) => output(await (context.exec as NonNullable<typeof context.exec>)(text, { cwd: context.cwd })),
        original: async (words) => output(await (context.origCommand as NonNullable<typeof context.origCommand>)([...words])),
      };
      return said(each.name, call, each.run);
    });
  }
}

/** Which programs of the shell are files of the machine. */
export const shellPrograms: readonly string[] = coreutils;

const umask: Program = {
  name: 'umask',
  path: null,
  run: ({ machine, args: [mask] }) => {
    if (mask === undefined) return `${machine.tree.umask.toString(8).padStart(4, '0')}\n`;
    if (!/^0?[0-7]{3}$/.test(mask)) throw new ProgramError(`Illegal number: ${mask}`, 2);
    machine.tree.umask = Number.parseInt(mask, 8);
    return undefined;
  },
};

/**
 * Two builtins of the shell that cannot be replaced: its `[` takes every device for missing, and its `command -v`
 * every program it was given for one that is there.
 */
function withOwnTests(text: string): string {
  return text.replaceAll(/\[ (! )?(-[bc] \S+) \]/g, '$1device-test $2').replaceAll(/\bcommand -v (\S)/g, 'command-v $1');
}

const commandV: Program = {
  name: 'command-v',
  path: null,
  run: ({ machine, args: [name = ''] }) => {
    const { path = `/usr/bin/${name}` } = machine.programs.find((each) => each.name === name) ?? {};
    const builtin = path === null || ['cd', 'echo', 'exit', 'printf', 'read', 'set', 'test', 'umask', 'trap', '[', ':'].includes(name);
    if (!builtin && machine.tree.find(path) === undefined) return { code: 127 };
    return `${builtin ? name : path}\n`;
  },
};

const deviceTest: Program = {
  name: 'device-test',
  path: null,
  run: ({ machine, args: [kind, path = ''] }) => {
    const there = machine.tree.find(path) === undefined ? path : machine.tree.real(path);
    const found = kind === '-c' ? there === '/dev/null' : [...machine.devices.values()].some((each) => each.path === there);
    return { code: found ? 0 : 1 };
  },
};

async function said(name: string, call: Call, run: Program['run']): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  try {
    const answer = await run(call);
    const { stdout = '', stderr = '', code = 0 } = typeof answer === 'string' ? { stdout: answer } : (answer ?? {});
    return { stdout, stderr, exitCode: code };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { stdout: '', stderr: `${name}: ${message}\n`, exitCode: error instanceof ProgramError ? error.code : 1 };
  }
}

const output = (result: { stdout: string; stderr: string; exitCode: number; stdoutKind?: 'text' | 'bytes' }): Output => ({ code: result.exitCode, stdout: asText(result.stdout, result.stdoutKind), stderr: result.stderr });

function asText(stdout: string, kind: 'text' | 'bytes' | undefined): string {
  return kind === 'bytes' ? Buffer.from(stdout, 'latin1').toString('utf8') : stdout;
}
