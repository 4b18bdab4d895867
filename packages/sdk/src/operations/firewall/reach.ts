import { Failure } from '../../command/index.ts';
import { interfaceWithin, type NetworkInterface } from '../../facts/addresses.ts';
import type { FirewallState } from '../../facts/firewall.ts';
import { within } from '../../facts/network.ts';
import { readTuple, ruleInWords, type UfwRule } from '../../facts/ufw-rules.ts';

/** A new connection to sshd. */
export interface SshPath {
  readonly client: string;
  /** The host's own address, when it is known. */
  readonly server: string | undefined;
  readonly port: number;
}

/** The connections to sshd that must stay possible: the one we are on, and else the one the stack names. */
export function sshPath(seen: FirewallState['ssh'], said: { controller: string | undefined; sshPort: number | undefined }): SshPath | undefined {
  const client = seen?.client ?? said.controller;
  if (client === undefined) return undefined;
  return { client, server: seen?.server, port: said.sshPort ?? seen?.port ?? 22 };
}

/** Failure `badConfig` when these rules, over a policy that denies, would let no new SSH connection of the controller in. */
export function refuseLockout(rules: readonly UfwRule[], path: SshPath, interfaces: readonly NetworkInterface[]): void {
  const deciding = rules.find((rule) => meets(rule, path, interfaces));
  const action = deciding === undefined ? 'deny' : readTuple(deciding.tuple).action;
  if (/^(allow|limit)/.test(action)) return;
  const why = deciding === undefined ? 'no rule lets it in' : `this one comes first: ${ruleInWords(deciding)}`;
  throw new Failure('badConfig', `the firewall would cut this controller off: ${path.client} must reach port ${path.port}/tcp, and ${why}`, {
    next: `let ${path.client} reach port ${path.port}/tcp in the stack, then: keybuzz plan`,
  });
}

function meets(rule: UfwRule, { client, server, port }: SshPath, interfaces: readonly NetworkInterface[]): boolean {
  const { action, route, direction, protocol, port: ports, from, to, interface: name } = readTuple(rule.tuple);
  if (route || direction !== 'in' || !['tcp', 'any'].includes(protocol) || !within(client, from)) return false;
  if (server !== undefined && !within(server, to)) return false;
  // Where the host does not tell which of its addresses we came to, one interface is taken to let us in and none to keep us out.
  if (name !== undefined && (server === undefined ? !/^(allow|limit)/.test(action) : interfaceWithin(interfaces, server)?.name !== name)) return false;
  return ports === 'any' || ports.split(',').some((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return port >= first && port <= last;
  });
}
