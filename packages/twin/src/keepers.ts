import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hierarchies, membership, processesOf } from './cgroups.ts';
import { keeperCgroup } from './host-paths.ts';

/** The twin's cgroup exists in every hierarchy, with room for its hosts and for the programs that serve them. */
export function ensureCgroups(name: string): void {
  for (const { path, version } of hierarchies()) {
    mkdirSync(`${path}/${name}`, { recursive: true });
    if (version !== 2) continue;
    for (const folder of [path, `${path}/${name}`]) {
      for (const controller of readFileSync(`${folder}/cgroup.controllers`, 'utf8').trim().split(' ').filter(Boolean)) {
        try {
          writeFileSync(`${folder}/cgroup.subtree_control`, `+${controller}`);
        } catch {
          // A controller that cannot be delegated here (real-time processes, threads) is not offered to hosts.
        }
      }
    }
  }
  mkdirSync(keepers(name), { recursive: true });
}

/** The folder of the cgroup that holds the programs which serve a twin. */
export function keepers(name: string): string {
  return `${membership().path}/${keeperCgroup(name)}`;
}

/** A program runs detached from this one, in the twin's keeper cgroup, so that `down` finds it whatever happens. */
export function startKeeper(name: string, argv: readonly string[], log: string): void {
  const output = openSync(log, 'a');
  // The shell joins the cgroup before it becomes the program: there is no moment in which the program is outside.
  const join = 'echo $$ >"$0/cgroup.procs" || exit 1; exec "$@"';
  const child = spawn('sh', ['-c', join, keepers(name), ...argv], { detached: true, cwd: '/', stdio: ['ignore', output, output] });
  closeSync(output);
  child.unref();
}

/** Whether a program of the keeper cgroup has this word among its arguments. */
export function keeperRuns(name: string, word: string): boolean {
  return keeperPids(name, word).length > 0;
}

/** The keepers that have this word among their arguments. */
export function keeperPids(name: string, word: string): number[] {
  if (!existsSync(keepers(name))) return [];
  return processesOf(keepers(name)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}
