import { Failure, loadBalancers, type ReadStack, type ResolvedLoadBalancer } from '@keybuzz/sdk';
import { checkMachine, ensureImage, installPackages, twinName, up, type TwinHost, type TwinLoadBalancer, type UpResult } from '@keybuzz/twin';
import { projectRoot } from './project.ts';

/** The twin runs every host, with the stack's load balancers in front of them; what this machine lacked for it was installed, and said so. */
export async function bootTwin(stack: ReadStack, hosts: readonly TwinHost[], say: (line: string) => void): Promise<UpResult> {
  await readyMachine(say);
  const image = await ensureImage({ release: 'trixie', onProgress: (event) => say(`image: ${event.step}`) });
  const result = await up({ name: twinName(projectRoot), hosts, image, controller: stack.controller.address, loadBalancers: loadBalancers(stack.uses).map(balancerOf) });
  say(result.booted.length === 0 ? `twin ${result.state.name}: all ${hosts.length} hosts were up already` : `twin ${result.state.name}: ${result.booted.length} hosts booted in ${(result.ms / 1000).toFixed(1)} s`);
  return result;
}

/** What the twin keeps of a load balancer: its targets by name and address. */
function balancerOf({ address, check, targets, ports }: ResolvedLoadBalancer): TwinLoadBalancer {
  return { address, check, ports, targets: targets.map((host) => ({ name: host.name, address: host.address })) };
}

/** Missing Debian packages are installed, without a service of theirs running; anything else that is in the way is a Failure that says what to do. */
async function readyMachine(say: (line: string) => void): Promise<void> {
  const machine = await checkMachine();
  if (machine.ok) return;
  if (machine.missing.length === 0) throw new Failure('badConfig', `a twin cannot run here: ${machine.why}`, { next: machine.next });
  say(`installing what a twin needs: ${machine.missing.join(' ')}`);
  try {
    await installPackages(machine.missing);
  } catch (error) {
    throw new Failure('failed', `could not install ${machine.missing.join(' ')}: ${error instanceof Error ? error.message : String(error)}`, { next: machine.next, cause: error });
  }
  const after = await checkMachine();
  if (!after.ok) throw new Failure('badConfig', `a twin cannot run here: ${after.why}`, { next: after.next });
}
