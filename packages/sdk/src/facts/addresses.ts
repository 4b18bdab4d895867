import { sh } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';
import { within } from './network.ts';

/** A network interface and the addresses it carries. */
export interface NetworkInterface {
  readonly name: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly addresses: readonly { readonly address: string; readonly prefix: number; readonly family: 4 | 6; readonly scope: string }[];
}

interface Told {
  ifname: string;
  mtu: number;
  flags: string[];
  addr_info?: { family: string; local: string; prefixlen: number; scope: string }[];
}

const asked: Fact<readonly NetworkInterface[]> = fact({
  name: 'network addresses',
  command: sh`ip -j addr`,
  parse: ({ stdout }) =>
    (JSON.parse(stdout) as Told[])
      // Older iproute2 writes an empty object for what it filters out.
      .filter((each) => each.ifname !== undefined)
      .map(({ ifname, mtu, flags, addr_info: addresses = [] }) => ({
        name: ifname,
        mtu,
        up: flags.includes('UP'),
        addresses: addresses
          .filter((a) => a.family === 'inet' || a.family === 'inet6')
          .map((a) => ({ address: a.local, prefix: a.prefixlen, family: a.family === 'inet' ? 4 : 6, scope: a.scope })),
      })),
});

/** The network interfaces of the host, in the kernel's order. */
export function addresses(): Fact<readonly NetworkInterface[]> {
  return asked;
}

/** The interface that carries an address of the network (`10.0.0.0/16`), if there is one. */
export function interfaceWithin(interfaces: readonly NetworkInterface[], network: string): NetworkInterface | undefined {
  return interfaces.find((each) => each.addresses.some((a) => within(a.address, network)));
}

/** Made by containers and tunnels: whatever their addresses, they do not face the internet. */
const made = /^(lo|docker|br-|veth|cni|flannel|cali|cilium|kube-|nodelocaldns|tunl|vxlan|wg|tailscale|dummy|virbr)/;

/** The interface that faces the internet: a real one with a global address outside of the private network. */
export function publicInterface(interfaces: readonly NetworkInterface[], privateNetwork: string): NetworkInterface | undefined {
  return interfaces.find((each) => !made.test(each.name) && each.addresses.some((a) => a.scope === 'global' && !within(a.address, privateNetwork)));
}
