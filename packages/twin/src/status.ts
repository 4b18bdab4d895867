import { readFileSync } from 'node:fs';
import { balancerFiles } from './balancers/names.ts';
import { askHaproxy, targetStates, type TargetState } from './balancers/runtime.ts';
import { nspawn } from './nspawn.ts';
import { waitForSshd } from './probe.ts';
import type { Power } from './provider.ts';
import { readStateOf } from './state.ts';
import type { TwinHost, TwinLoadBalancer, TwinState } from './state.ts';
import { sshConfigText } from './ssh-config.ts';
import { TwinError } from './twin-error.ts';

/** One host of a twin as it is now; `memory` is in bytes, page cache left out. */
export type HostStatus = TwinHost & { readonly power: Power; readonly sshd: boolean; readonly memory: number };

/** One load balancer as it is now: whether it runs, and each target of each port as its last checks found it. */
export type BalancerStatus = TwinLoadBalancer & { readonly serving: boolean; readonly states: readonly TargetState[] };

/** A twin as it is now; `knownHosts` are lines with every host's own keys, made before its first boot. */
export type TwinStatus = { readonly state: TwinState; readonly hosts: readonly HostStatus[]; readonly loadBalancers: readonly BalancerStatus[]; readonly knownHosts: readonly string[] };

/** What every host is doing, looked at now. */
export async function status(options: { readonly name: string }): Promise<TwinStatus> {
  const state = requireState(options.name);
  const running = state.hosts.filter((host) => nspawn.power(state.name, host.name) === 'running');
  const greeting = await waitForSshd(state.name, running.map((host) => host.address), { ms: 0 });
  return {
    state,
    hosts: state.hosts.map((host) => ({
      ...host,
      power: nspawn.power(state.name, host.name),
      sshd: greeting.has(host.address),
      memory: nspawn.memory(state.name, host.name),
    })),
    loadBalancers: await Promise.all(state.loadBalancers.map((balancer) => balancerStatus(state.name, balancer))),
    knownHosts: readFileSync(state.knownHostsFile, 'utf8').trim().split('\n'),
  };
}

async function balancerStatus(name: string, balancer: TwinLoadBalancer): Promise<BalancerStatus> {
  const csv = await askHaproxy(balancerFiles(name, balancer).socket, 'show stat');
  return { ...balancer, serving: csv !== undefined || balancer.ports.length === 0, states: csv === undefined ? [] : targetStates(csv) };
}

/** Text for `ssh -F FILE HOST` inside the twin's network. */
export function sshConfig(options: { readonly name: string }): string {
  return sshConfigText(requireState(options.name));
}

/** The state of a twin that is up; a clear error otherwise. */
export function requireState(name: string): TwinState {
  const state = readStateOf(name);
  if (state) return state;
  throw new TwinError({ wanted: `twin ${name} up`, seen: 'it is not', next: 'keybuzz twin up' });
}
