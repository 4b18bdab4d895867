import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withConfigTable, type ConfigSchema, type Module } from '../../module/index.ts';
import type { ReportEvent } from '../../report/index.ts';
import { sockets } from '../machine/units.ts';
import { differences } from './compare.ts';
import { contractStack, rolledOut, watch, type ContractOptions, type Subject } from './subject.ts';

/** What the stack says of a key that no module knows. */
export function unknownKey<S extends ConfigSchema, P>(module: Module<S, P>, options: ContractOptions): string {
  try {
    contractStack(module, { ...options, config: { ...options.config, notAKeyOfAnything: 1 } });
    return 'it was accepted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The changes that were planned or done, in words. */
export function changesIn(events: readonly ReportEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'change' ? [`${event.host}: ${event.state} ${event.summary} (${event.operation})`] : []));
}

/** The events of a plan on machines that nothing was done to; a machine that is another one afterwards throws. */
export async function planOnBare(on: Subject): Promise<readonly ReportEvent[]> {
  const { cluster } = on.stack;
  cluster.restore(on.bare);
  const before = cluster.hosts.map((host) => host.machine.changes);
  const events = await rolledOut(on.stack, { mode: 'plan' });
  watch(on, events);
  const changed = [...differences(on.bareStates, cluster.states()), ...cluster.hosts.filter((host, at) => host.machine.changes !== before[at]).map((host) => `${host.host} was written to`)];
  if (changed.length > 0) throw new Error(`the plan changed something:\n${changed.join('\n')}`);
  return events;
}

/** Ports that something of the module listens on, for others than the host itself, and that no module of the stack declares. */
export function undeclaredPorts(on: Subject): readonly string[] {
  on.stack.cluster.restore(on.end);
  const { uses } = on.stack.open('plan');
  return on.stack.cluster.hosts.flatMap(({ host, machine }) => {
    const declared = uses.flatMap((used) => used.ports).filter((port) => port.hosts.some(({ name }) => name === host));
    const covered = (protocol: string, port: number): boolean =>
      declared.some((each) => each.protocol === protocol && (typeof each.port === 'number' ? each.port === port : each.port[0] <= port && port <= each.port[1]));
    return sockets(machine)
      .filter(({ address = '0.0.0.0', protocol, port }) => !/^(127\.|::1$)/.test(address) && !on.openBefore.has(`${protocol}/${port}`) && !covered(protocol, port))
      .map(({ protocol, port, unit }) => `${host}: ${unit} listens on ${port}/${protocol}, which no module declares`);
  });
}

/** Files of the end state that hold a secret and that everybody on the host may read. */
export function openSecrets(on: Subject): readonly string[] {
  on.stack.cluster.restore(on.end);
  const values = on.stack.secrets.all().map((secret) => ({ name: secret.name, value: secret.reveal() })).filter(({ value }) => value.length > 5);
  return on.stack.cluster.hosts.flatMap(({ host, machine }) =>
    [...machine.tree.entries].flatMap(([path, entry]) => {
      if (entry.type !== 'file' || (entry.mode & 0o007) === 0) return [];
      const text = Buffer.from(entry.bytes).toString('utf8');
      return values.filter(({ value }) => text.includes(value)).map(({ name }) => `${host} ${path} (mode ${entry.mode.toString(8)}) shows ${name}`);
    }),
  );
}

/** The README beside the nearest package.json, as it is and as the schema wants it. */
export function readmeTable<S extends ConfigSchema, P>(module: Module<S, P>, testPath: string): { seen: string; wanted: string } {
  let folder = dirname(testPath);
  while (!existsSync(join(folder, 'package.json')) && folder !== '/') folder = dirname(folder);
  const path = join(folder, 'README.md');
  const seen = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return { seen, wanted: withConfigTable(seen, module.definition.config) ?? `${path} with the lines <!-- config:start --> and <!-- config:end -->` };
}
