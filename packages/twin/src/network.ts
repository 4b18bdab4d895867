import { existsSync, readdirSync } from 'node:fs';
import { internet } from './addresses.ts';
import { run } from './run.ts';
import { controllerNetns, internetNetns } from './state.ts';

/** Both networks of a twin exist: the controller's namespace holds the two switches, another one plays the Internet. */
export async function ensureNetwork(name: string, controller: { address: string; publicAddress: string }): Promise<'made' | 'kept'> {
  if (await isWhole(name)) return 'kept';
  await removeNetwork(name);
  const inet = `${name}-inet`;
  await run(['ip', 'netns', 'add', name]);
  await run(['ip', 'netns', 'add', inet]);
  const batch = [
    'link set lo up',
    'link add priv mtu 1450 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    'link add pub type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    `address add ${controller.address}/16 dev priv`,
    `address add ${controller.publicAddress}/24 dev pub`,
    'link set priv up',
    'link set pub up',
    `link add inet type veth peer name eth0 netns ${inet}`,
    'link set inet master pub up',
  ];
  await run(['ip', '-n', name, '-batch', '-'], { input: batch.join('\n') });
  // What the switches carry is not the controller's traffic: its packet filter must not see it.
  await run([...within(name), 'sh', '-c', 'f=/proc/sys/net/bridge/bridge-nf-call-; for i in iptables ip6tables arptables; do [ ! -e $f$i ] || echo 0 >$f$i; done']);
  const far = [
    'link set lo up',
    `address add ${internet.router}/24 dev eth0`,
    `address add ${internet.vantage}/24 dev eth0`,
    'link set eth0 up',
    'route add unreachable default',
  ];
  await run(['ip', '-n', inet, '-batch', '-'], { input: far.join('\n') });
  // Routed and refused at once, so a host that tries the real Internet fails fast; written last, it marks a whole network.
  await run(['nsenter', `--net=${internetNetns(name)}`, 'sh', '-c', 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; echo 1 >/proc/sys/net/ipv4/ip_forward']);
  return 'made';
}

/** No namespace of the twin exists any more, those of load balancers included; with them went their links, switches and packet filters. */
export async function removeNetwork(name: string): Promise<void> {
  const all = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  for (const one of all) if (one === name || one.startsWith(`${name}-`)) await run(['ip', 'netns', 'delete', one]);
}

/** The words that put a command of ours in the twin's controller namespace. */
export function within(name: string): string[] {
  return ['nsenter', `--net=${controllerNetns(name)}`];
}

async function isWhole(name: string): Promise<boolean> {
  if (!existsSync(controllerNetns(name)) || !existsSync(internetNetns(name))) return false;
  const probe = ['nsenter', `--net=${internetNetns(name)}`, 'cat', '/proc/sys/net/ipv4/ip_forward'];
  const { status, stdout } = await run(probe, { okay: 'any' });
  return status === 0 && stdout.trim() === '1';
}
