import { existsSync, statSync } from 'node:fs';
import { macOf } from '../addresses.ts';
import { run } from '../run.ts';
import { balancerNamespace, balancerPort } from './names.ts';

/** The load balancer's address answers on the twin's private switch, from a namespace with nothing else in it. */
export async function ensureBalancerNamespace(name: string, balancer: { readonly address: string }): Promise<void> {
  const [netns, port] = [balancerNamespace(name, balancer), balancerPort(balancer)];
  if (existsSync(`/run/netns/${netns}`)) {
    const { stdout } = await run(['ip', '-n', name, '-brief', 'link', 'show', 'master', 'priv'], { okay: 'any' });
    if (stdout.split('\n').some((line) => line.startsWith(`${port}@`))) return;
    await run(['ip', 'netns', 'delete', netns]);
  }
  await run(['ip', 'netns', 'add', netns]);
  // A cable whose far end is still being torn down would hold the name.
  await run(['ip', '-n', name, 'link', 'delete', port], { okay: 'any' });
  const batch = [
    'link set lo up',
    `link add eth0 mtu 1450 address ${macOf(balancer.address, 'private')} type veth peer name ${port} mtu 1450 netns ${name}`,
    `address add ${balancer.address}/16 dev eth0`,
    'link set eth0 up',
  ];
  await run(['ip', '-n', netns, '-batch', '-'], { input: batch.join('\n') });
  // Plugged in last: it marks a whole namespace.
  await run(['ip', '-n', name, 'link', 'set', port, 'master', 'priv', 'up']);
}

/** Nobody has the load balancer's address any more. */
export async function removeBalancerNamespace(name: string, balancer: { readonly address: string }): Promise<void> {
  const netns = balancerNamespace(name, balancer);
  if (existsSync(`/run/netns/${netns}`)) await run(['ip', 'netns', 'delete', netns]);
}

/** Whether a process lives in the load balancer's namespace, and not in one of an earlier life of the twin. */
export function livesThere(pid: number, name: string, balancer: { readonly address: string }): boolean {
  try {
    return statSync(`/proc/${pid}/ns/net`).ino === statSync(`/run/netns/${balancerNamespace(name, balancer)}`).ino;
  } catch {
    return false;
  }
}
