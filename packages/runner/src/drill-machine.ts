import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { projectRoot } from './project.ts';

/** On what and when something was measured, in one sentence: cores, memory, kernel, day, and commit if it is known. */
export function measuredOn(about: { twin: boolean; hosts: number; at: Date }): string {
  const { twin, hosts, at } = about;
  // The kernel's version without what its builder added.
  const [kernel = ''] = release().split('-');
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${kernel}`;
  const where = twin ? `Twin: ${hosts} hosts and the controller on one machine of ${machine}` : `${hosts} servers; a controller of ${machine}`;
  const commit = commitOf(projectRoot);
  return `${where}; ${at.toISOString().slice(0, 10)}${commit === undefined ? '' : `; commit ${commit}`}.`;
}

/** The commit of a checkout, marked when its files differ from it; undefined where there is no Git. */
function commitOf(folder: string): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=7', '--exclude=*'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch {
    return undefined;
  }
}
