import { createRedactor, credentialsOf, didYouMean, Failure, loadBalancers, storeName, type Host, type OpenStack, type Port, type ReadStack, type ResolvedUse, type SecretSummary } from '@keybuzz/sdk';
import { leaves } from '../leaves.ts';
import { loadStack, storeOf } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';

/** What the stack puts on one host was printed: its modules, their configuration, ports, firewall rules, load balancers, secrets by name. No host was asked. */
export async function explain(name: string, options: Options): Promise<number> {
  const stack = await loadStack(options);
  const { hosts, file } = stack.inventory;
  const host = hosts.find((h) => h.name === name);
  if (host === undefined) throw new Failure('badConfig', `no host ${name}${didYouMean(name, hosts.map((h) => h.name))} in ${file}`, { next: 'keybuzz graph' });
  // Who may not open the store sees the rest; a secret that was written into a configuration by mistake is masked for who may.
  const secrets = await storeOf(stack, false).catch(() => undefined);
  const redact = createRedactor(() => secrets?.all() ?? []);
  const told = { host, modules: explained(stack, host, secrets?.list() ?? []) };
  process.stdout.write(redact(options.json === true ? `${JSON.stringify(told)}\n` : asText(told)));
  return exit.done;
}

type Told = ReturnType<typeof explained>[number];

function explained(stack: ReadStack, host: Host, secrets: readonly SecretSummary[]) {
  const { uses, inventory, controller } = stack;
  return uses.filter((u) => u.hosts.includes(host) || u.ports.some((p) => p.hosts.includes(host))).map((used) => {
    const { module, config, hosts } = used;
    const { summary, requires, explain: more } = module.definition;
    const owner = hosts.includes(host);
    return {
      name: module.name,
      summary,
      requires: requires.map((r) => r.name),
      config: owner ? config : {},
      set: owner ? leaves(stack.definition.modules.find((use) => use.module === module)?.config ?? {}).map(([key]) => key) : [],
      ports: used.ports.filter((p) => p.hosts.includes(host)).map(({ port, protocol, from, purpose }) => ({ port, protocol, from, purpose })),
      loadBalancers: balancing(uses, { host, used }),
      puts: owner ? (more?.(host, { config: config as never, uses, inventory, controller }) ?? []) : [],
      credentials: !owner ? [] : Object.keys(credentialsOf(used)).map((key) => ({ name: storeName(module.name, key), ...secrets.find((each) => each.name === storeName(module.name, key)) })),
    };
  });
}

/** The load balancers that lead to this host, with the ports of this module behind them. */
function balancing(uses: OpenStack['uses'], { host, used }: { host: Host; used: ResolvedUse }): readonly { address: string; ports: readonly number[] }[] {
  return loadBalancers(uses).filter(({ targets }) => targets.includes(host)).flatMap(({ address, ports }) => {
    const behind = ports.filter((number) => used.ports.some(({ port, hosts, balanced }) => balanced === true && port === number && hosts.includes(host)));
    return behind.length === 0 ? [] : [{ address, ports: behind }];
  });
}

function asText({ host, modules }: { host: Host; modules: readonly Told[] }): string {
  const role = host.subrole === undefined ? host.role : `${host.role}/${host.subrole}`;
  return `${host.name}  ${host.address}  ${host.publicAddress ?? 'no public address'}  ${role}\n${host.notes}\n(${host.source.file}:${host.source.line})\n\n${modules.map(blockOf).join('\n')}\n`;
}

function blockOf(m: Told): string {
  const lines: (readonly [string, string])[] = [
    ['after', m.requires.length === 0 ? 'nothing' : m.requires.join(', ')],
    ...leaves(m.config).map(([key, value]) => ['configured', `${key} = ${JSON.stringify(value)}${m.set.includes(key) ? '  (by the stack)' : ''}`] as const),
    ...m.ports.map((p) => ['listens on', portText(p)] as const),
    ...m.loadBalancers.map(({ address, ports }) => ['behind', `the load balancer ${address}: ${ports.join(', ')}`] as const),
    ...m.puts,
    ...m.credentials.map(({ name, origin, ageDays }) => ['credential', `${name}  ${origin === undefined ? '' : `${origin}, ${ageDays} days old`}`.trimEnd()] as const),
  ];
  return [`${m.name}: ${m.summary}`, ...lines.map(([what, text]) => `  ${what.padEnd(11)}  ${text}`)].join('\n');
}

function portText({ port, protocol, from, purpose }: Port): string {
  const ports = typeof port === 'number' ? String(port) : port.join('-');
  return `${ports}/${protocol} ${purpose}, from ${typeof from === 'string' ? from : from.join(', ')}`;
}
