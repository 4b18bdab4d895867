import { Failure, select, sh, succeeded, type Command, type Cut, type Faults, type FaultSource, type Host, type OpenStack, type Result } from '@keybuzz/sdk';

const chain = 'KEYBUZZ-DRILL';
const unit = 'keybuzz-drill-heal';

/** Takes a cut back, whatever of it is there. Chains of our own: UFW's files and rules are left alone. */
const healing = sh`for dir in INPUT OUTPUT; do while iptables -w -D $dir -j ${chain}-$dir 2>/dev/null; do :; done; iptables -w -F ${chain}-$dir 2>/dev/null; iptables -w -X ${chain}-$dir 2>/dev/null; done; true`;

/**
 * Faults on the servers themselves, made by commands on them: processes are killed, hosts are cut off from each other
 * (never from the controller) until a timer of the host's own ends it. What needs the provider is refused.
 */
export function sshFaults(stack: Pick<OpenStack, 'inventory' | 'controller' | 'sessions'>): FaultSource {
  return (healAfter): Faults => {
    const cutOff = new Set<string>();
    const ran = async (name: string, command: Command): Promise<Result | undefined> => (await (await stack.sessions.session(named(stack, name))).run([command]))[0];
    const on = async (name: string, command: Command): Promise<void> => void succeeded(await ran(name, command), command);
    return {
      // The script comes by standard input, so no shell of ours has the pattern among its arguments.
      kill: async (host, pattern) => {
        const command = sh`pkill -KILL -f -- ${pattern}`;
        const result = await ran(host, command);
        if (result?.code === 1) throw new Failure('failed', `wanted a process whose command line matches ${pattern}, seen none`, { host, next: `on ${host}: ps ax` });
        succeeded(result, command);
      },
      cut: async (hosts, cut) => {
        const far = farFrom(stack, hosts, cut);
        for (const name of hosts) {
          cutOff.add(name);
          // The timer first: whatever becomes of this connection, the host heals itself.
          await on(name, sh`systemd-run --quiet --collect --unit=${unit} --timer-property=AccuracySec=1s --on-active=${Math.ceil(healAfter / 1000)} sh -c ${healing.text} && ${cutting(far, cut)}`);
        }
      },
      heal: async () => {
        await Promise.all([...cutOff].map(async (name) => {
          await on(name, sh`${healing}; systemctl stop ${unit}.timer 2>/dev/null; true`);
          cutOff.delete(name);
        }));
      },
      powerOff: (hosts) => refused('powering a server off', hosts),
      freeze: (hosts) => refused('freezing a server', hosts),
      fillDisk: (hosts) => refused("filling a server's disk", hosts),
    };
  };
}

/** Before any rule that lets established connections through. */
function cutting(far: readonly string[], { oneway = false, ports }: Cut): Command {
  // `--ports`: of either end.
  const only = ports === undefined ? [] : ['-p', 'tcp', '-m', 'multiport', '--ports', ports.join(',')];
  const to = sh`iptables -w -N ${chain}-OUTPUT && for far in ${far}; do iptables -w -A ${chain}-OUTPUT -d $far ${only} -j DROP || exit 1; done && iptables -w -I OUTPUT -j ${chain}-OUTPUT`;
  return oneway ? to : sh`${to} && iptables -w -N ${chain}-INPUT && for far in ${far}; do iptables -w -A ${chain}-INPUT -s $far ${only} -j DROP || exit 1; done && iptables -w -I INPUT -j ${chain}-INPUT`;
}

/** The addresses of those the hosts are cut off from; the controller's never, for it must heal them. */
function farFrom(stack: Pick<OpenStack, 'inventory' | 'controller'>, hosts: readonly string[], { from }: Cut): readonly string[] {
  const far = from === 'all' ? select(stack.inventory, {}).filter(({ name }) => !hosts.includes(name)) : from.map((name) => named(stack, name));
  return far.filter(({ name }) => name !== stack.controller.name).flatMap(({ address, publicAddress }) => (publicAddress === undefined ? [address] : [address, publicAddress]));
}

function named({ inventory }: Pick<OpenStack, 'inventory'>, name: string): Host {
  const host = inventory.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Failure('badConfig', `no host ${name} in the inventory ${inventory.file}`, { next: 'keybuzz graph' });
  return host;
}

function refused(what: string, hosts: readonly string[]): Promise<never> {
  return Promise.reject(new Failure('badConfig', `${what} outside of the twin needs the provider's API: not done to ${hosts.join(', ')}`, { next: 'keybuzz drill MODULE --on twin' }));
}
