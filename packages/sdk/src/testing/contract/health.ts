import { perform } from '../../module/index.ts';
import type { Probe } from '../../report/index.ts';
import { watch, type Subject } from './subject.ts';

/** What is wrong with the module's health on machines where it is not: each of its hosts, or the module as a whole, must be down. */
export async function healthOnBare(on: Subject): Promise<readonly string[]> {
  on.stack.cluster.restore(on.bare);
  return complaints(await health(on), { hosts: hostsOf(on), where: 'on a bare machine' });
}

/** The same when the first of its hosts cannot be reached: that host must be down. */
export async function healthOfLostHost(on: Subject): Promise<readonly string[]> {
  const { cluster } = on.stack;
  cluster.restore(on.end);
  const [name = ''] = hostsOf(on);
  const lost = cluster.host(name);
  lost.down = true;
  try {
    return complaints(await health(on), { hosts: [name], where: `with ${name} down` });
  } finally {
    lost.down = false;
  }
}

function hostsOf({ stack, module }: Subject): readonly string[] {
  return (stack.open('plan').uses.find((used) => used.module.name === module.name)?.hosts ?? []).map(({ name }) => name);
}

async function health(on: Subject): Promise<readonly Probe[]> {
  const open = on.stack.open('plan');
  const probes = await perform(open, on.module, 'health');
  watch(on, [...open.events, ...probes.map((probe) => ({ type: 'probe' as const, module: on.module.name, ...probe }))]);
  return probes;
}

function complaints(probes: readonly Probe[], { hosts, where }: { hosts: readonly string[]; where: string }): readonly string[] {
  if (probes.length === 0) return [`health has no probe at all ${where}`];
  const down = new Set(probes.filter(({ status }) => status === 'down').map(({ host }) => host));
  return down.has(undefined) ? [] : hosts.filter((host) => !down.has(host)).map((host) => `nothing of ${host} is down ${where}`);
}
