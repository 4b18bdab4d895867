import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, type ReadStack } from '@keybuzz/sdk';
import { checkMachine, ensureImage, twinName, up, type TwinHost, type UpResult } from '@keybuzz/twin';
import { projectRoot } from './project.ts';

/** The twin runs every host; what this machine lacked for it was installed, and said so. */
export async function bootTwin(stack: ReadStack, hosts: readonly TwinHost[], say: (line: string) => void): Promise<UpResult> {
  await readyMachine(say);
  const image = await ensureImage({ release: 'trixie', onProgress: (event) => say(`image: ${event.step}`) });
  const result = await up({ name: twinName(projectRoot), hosts, image, controller: stack.controller.address });
  say(result.booted.length === 0 ? `twin ${result.state.name}: all ${hosts.length} hosts were up already` : `twin ${result.state.name}: ${result.booted.length} hosts booted in ${(result.ms / 1000).toFixed(1)} s`);
  return result;
}

/** Missing Debian packages are installed; anything else that is in the way is a Failure that says what to do. */
async function readyMachine(say: (line: string) => void): Promise<void> {
  const machine = await checkMachine();
  if (machine.ok) return;
  if (machine.missing.length === 0) throw new Failure('badConfig', `a twin cannot run here: ${machine.why}`, { next: machine.next });
  say(`installing what a twin needs: ${machine.missing.join(' ')}`);
  const run = promisify(execFile);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...machine.missing], { env });
  } catch (error) {
    throw new Failure('failed', `could not install ${machine.missing.join(' ')}: ${error instanceof Error ? error.message : String(error)}`, { next: machine.next, cause: error });
  }
  const after = await checkMachine();
  if (!after.ok) throw new Failure('badConfig', `a twin cannot run here: ${after.why}`, { next: after.next });
}
