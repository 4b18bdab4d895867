import { TwinError } from './twin-error.ts';
import type { TwinHost, TwinLoadBalancer } from './state.ts';

/** The twin's public network (a documentation range) and who lives at its end: the router of the hosts, and the scanner. */
export const internet: { readonly prefix: string; readonly router: string; readonly vantage: string } = {
  prefix: '198.51.100.',
  router: '198.51.100.1',
  vantage: '198.51.100.254',
};

/** A port of the twin's switch: at most 15 characters, and the same over power cycles. */
export function portOf(host: Pick<TwinHost, 'address'>, network: 'private' | 'public'): string {
  const [, , third = '', fourth = ''] = host.address.split('.');
  return `${network === 'private' ? 'p' : 'e'}${third}-${fourth}`;
}

/** A hardware address that the host keeps over power cycles, so that no neighbour holds a stale one. */
export function macOf(address: string, network: 'private' | 'public'): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `02:${network === 'private' ? '00' : '01'}:${bytes.join(':')}`;
}

/** The hosts as the twin can run them: names and addresses checked, each public address inside the twin's public network. */
export function settleAddresses(hosts: readonly TwinHost[], controller: string): TwinHost[] {
  const taken = new Set<string>([internet.router, internet.vantage]);
  const claim = (address: string, host: TwinHost): string => {
    if (taken.has(address)) throw refused(host, `every address once`, `${address} is used twice`);
    taken.add(address);
    return address;
  };
  const names = new Set<string>();
  const settled: TwinHost[] = [];
  const without: TwinHost[] = [];
  for (const host of hosts) {
    if (!/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/u.test(host.name)) throw refused(host, 'a host name of a-z, 0-9 and -', host.name);
    if (names.has(host.name)) throw refused(host, 'every host name once', `${host.name} twice`);
    names.add(host.name);
    if (!/^10\.0\.\d{1,3}\.\d{1,3}$/u.test(host.address)) throw refused(host, 'a private address in 10.0.0.0/16', host.address);
    claim(host.address, host);
    if (isDocumented(host.publicAddress)) claim(host.publicAddress, host);
    else without.push(host);
  }
  for (const host of hosts) {
    if (!without.includes(host)) settled.push(host);
    else settled.push({ ...host, publicAddress: claim(freeAddress(taken, host), host) });
  }
  // The controller of the inventory is the namespace itself, never a machine.
  return settled.filter((host) => host.address !== controller);
}

/** Every load balancer has an address of the private network to itself; a TwinError says which has not. */
export function checkBalancers(balancers: readonly TwinLoadBalancer[], others: readonly string[]): void {
  const taken = new Set(others);
  for (const { address } of balancers) {
    const seen = taken.has(address) ? `${address} is used twice` : address;
    if (taken.has(address) || !/^10\.0\.\d{1,3}\.\d{1,3}$/u.test(address)) {
      throw new TwinError({ wanted: 'a load balancer at a free address in 10.0.0.0/16', seen, next: 'correct the address in the stack, then run keybuzz twin up' });
    }
    taken.add(address);
  }
}

/** The public address of the controller: its own if the inventory has it, a free one otherwise. */
export function controllerPublic(hosts: readonly TwinHost[], controller: string): string {
  const listed = hosts.find((host) => host.address === controller)?.publicAddress ?? '';
  return isDocumented(listed) ? listed : `${internet.prefix}253`;
}

function isDocumented(address: string): boolean {
  return address.startsWith(internet.prefix) && /^\d{1,3}$/u.test(address.slice(internet.prefix.length));
}

function freeAddress(taken: ReadonlySet<string>, host: TwinHost): string {
  for (let last = 2; last < 253; last++) if (!taken.has(`${internet.prefix}${last}`)) return `${internet.prefix}${last}`;
  throw refused(host, 'a free public address', 'all 251 are taken');
}

function refused(host: TwinHost, wanted: string, seen: string): TwinError {
  return new TwinError({ wanted, seen, host: host.name, next: 'correct the inventory, then run keybuzz inventory check' });
}
