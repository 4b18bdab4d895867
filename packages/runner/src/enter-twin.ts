import { enterArgv, readState, readStateOf, type TwinState } from '@keybuzz/twin/state';
import { projectRoot } from './project.ts';
import { typed } from './show/typed.ts';

const inside = 'KEYBUZZ_TWIN';

/** Whether the arguments say `--on twin`. */
export function onTwin(argv: readonly string[]): boolean {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  return own.includes('--on=twin') || own.some((word, i) => word === '--on' && own[i + 1] === 'twin');
}

/**
 * With `--on twin` this process is replaced by itself inside the twin's network namespace, where the
 * controller has its address and from where nothing leaves the machine.
 */
export function enterTwin(argv: readonly string[]): void {
  if (!onTwin(argv) || process.env[inside] !== undefined) return;
  const state = readState(projectRoot);
  if (state === undefined) {
    process.stderr.write(`keybuzz: no twin is up here\n  next  ${typed('keybuzz twin up')}\n`);
    process.exit(2);
  }
  // execve looks for no command in PATH, env does; there is no second process.
  const command = ['env', ...enterArgv(state.name), process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve?.('/usr/bin/env', command, { ...process.env, [inside]: state.name });
}

/** The twin whose network this process is in, undefined outside of one. */
export function twinAround(): TwinState | undefined {
  const name = process.env[inside];
  return name === undefined ? undefined : readStateOf(name);
}
