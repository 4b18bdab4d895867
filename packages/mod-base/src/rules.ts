import type { FirewallRule, Host, Port, Scope } from '@keybuzz/sdk';

type Stack = Pick<Scope, 'uses' | 'inventory' | 'controller'>;
type Owner = Stack['uses'][number];

/** Every rule of a host, from the ports of all the modules that run on it and the networks of the whole stack. */
export function rulesFor(host: Host, stack: Stack): FirewallRule[] {
  const declared = stack.uses.flatMap((used) => used.ports.filter((port) => port.hosts.some((h) => h.name === host.name)).map((port) => rule(port, used, stack)));
  const networks = stack.uses.flatMap((used) =>
    used.networks.flatMap((cidr): FirewallRule[] => {
      const inside = { protocol: 'any', from: [cidr], purpose: `keybuzz:${used.module.name}:network` } as const;
      return [inside, { ...inside, route: true }];
    }),
  );
  return [...declared, ...networks];
}

/** A rule in one line, as `explain` tells it. */
export function ruleText({ port, protocol, from, route = false, purpose }: FirewallRule): string {
  const ports = port === undefined ? '' : `${typeof port === 'number' ? String(port) : port.join('-')}/`;
  const what = protocol === 'any' ? 'everything' : `${ports}${protocol}`;
  return `${what}${route ? ' that is forwarded' : ''} from ${from.length === 0 ? 'nobody' : from.join(', ')}  (${purpose})`;
}

/** The networks that are inside: the private one, and those of pods and services. */
export function insideOf({ inventory, uses }: Stack): readonly string[] {
  return [inventory.privateNetwork, ...uses.flatMap((used) => used.networks)];
}

function rule({ port, protocol, from, purpose }: Port, owner: Owner, stack: Stack): FirewallRule {
  return { port, protocol, from: sources(from, owner, stack), purpose: `keybuzz:${owner.module.name}:${purpose}` };
}

function sources(from: Port['from'], owner: Owner, { inventory, controller }: Stack): readonly string[] {
  if (from === 'public') return ['any'];
  if (from === 'private') return [inventory.privateNetwork];
  if (from === 'controller') return [controller.address];
  if (from === 'members') return owner.hosts.map((h) => h.address);
  return from;
}
