import { Failure, loadBalancers, type ReadStack, type ResolvedLoadBalancer } from '@keybuzz/sdk';
import { ensureImage, readyMachine, twinName, up, type TwinHost, type TwinLoadBalancer, type UpResult } from '@keybuzz/twin';
import { projectRoot } from './project.ts';

/** The twin runs every host, with the stack's load balancers in front of them; what this machine lacked for it was installed, and said so. */
export async function bootTwin(stack: ReadStack, hosts: readonly TwinHost[], say: (line: string) => void): Promise<UpResult> {
  const machine = await readyMachine(say);
  if (!machine.ok) throw new Failure('badConfig', `a twin cannot run here: ${machine.why}`, { next: machine.next });
  const image = await ensureImage({ release: 'trixie', onProgress: (event) => say(`image: ${event.step}`) });
  const result = await up({ name: twinName(projectRoot), hosts, image, controller: stack.controller.address, loadBalancers: loadBalancers(stack.uses).map(balancerOf) });
  say(result.booted.length === 0 ? `twin ${result.state.name}: all ${hosts.length} hosts were up already` : `twin ${result.state.name}: ${result.booted.length} hosts booted in ${(result.ms / 1000).toFixed(1)} s`);
  return result;
}

/** What the twin keeps of a load balancer: its targets by name and address. */
function balancerOf({ address, check, targets, ports }: ResolvedLoadBalancer): TwinLoadBalancer {
  return { address, check, ports, targets: targets.map((host) => ({ name: host.name, address: host.address })) };
}
