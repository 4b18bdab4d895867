import { rollout, use, type ConfigSchema, type Module, type Use } from '../../module/index.ts';
import type { HostQuery } from '../../inventory/index.ts';
import type { ReportEvent } from '../../report/index.ts';
import type { FakeCluster } from '../fake-cluster.ts';
import { fakeStack, type FakeStack } from '../fake-stack.ts';
import type { HostState } from '../machine/host-state.ts';
import type { MachineState } from '../machine/machine.ts';
import { sockets } from '../machine/units.ts';
import { recorded, type CutPoint } from './tape.ts';

/** What a contract is checked on. */
export interface ContractOptions {
  /** Bare machines, as many as the module needs. */
  readonly cluster: FakeCluster;
  readonly config?: object;
  readonly hosts?: HostQuery | 'all';
  /** Uses of the modules it requires; they are rolled out before. */
  readonly with?: readonly Use[];
  /** Hosts that the module treats as it does another one of its kind: they are cut only with KEYBUZZ_CUTS=every. */
  readonly alike?: readonly string[];
  /** Paths of what a run that repairs may leave for an operator to look at: set aside, not deleted. */
  readonly setAside?: RegExp;
}

/** A module on its machines: before, while and after it was rolled out. */
export interface Subject {
  readonly module: Module;
  readonly stack: FakeStack;
  readonly bare: readonly MachineState[];
  readonly bareStates: Readonly<Record<string, HostState>>;
  /** Everything it requires is there, itself not. */
  readonly start: readonly MachineState[];
  readonly points: readonly CutPoint[];
  readonly end: readonly MachineState[];
  readonly endStates: Readonly<Record<string, HostState>>;
  /** Of the first rollout. */
  readonly events: readonly ReportEvent[];
  /** `tcp/22` and the like, open before any module came. */
  readonly openBefore: ReadonlySet<string>;
  /** Where a secret showed; collected all along. */
  readonly leaks: Set<string>;
  readonly setAside: RegExp | undefined;
  readonly alike: readonly string[];
}

/** The stack of a contract: the module and what it requires. */
export function contractStack<S extends ConfigSchema, P>(module: Module<S, P>, options: ContractOptions): FakeStack {
  const own = use(module, { ...(options.config === undefined ? {} : { config: options.config as never }), ...(options.hosts === undefined ? {} : { hosts: options.hosts }) });
  return fakeStack([...(options.with ?? []), own], { cluster: options.cluster });
}

/** The module was rolled out once on bare machines, every change recorded. */
export async function subject<S extends ConfigSchema, P>(module: Module<S, P>, options: ContractOptions): Promise<Subject> {
  const { cluster } = options;
  const stack = contractStack(module, options);
  const bare = cluster.snapshot();
  const bareStates = cluster.states();
  const openBefore = new Set(cluster.hosts.flatMap((host) => sockets(host.machine).map(({ protocol, port }) => `${protocol}/${port}`)));
  const required = (options.with ?? []).map((each) => each.module.name);
  if (required.length > 0) refuseFailures(await rolledOut(stack, { modules: required }), 'what the module requires could not be rolled out');
  const start = cluster.snapshot();
  let events: readonly ReportEvent[] = [];
  const points = await recorded(cluster, async () => void (events = await rolledOut(stack, { modules: [module.name] })));
  refuseFailures(events, 'the first rollout failed');
  const made: Subject = { module: module as unknown as Module, stack, bare, bareStates, start, points, end: cluster.snapshot(), endStates: cluster.states(), events, openBefore, leaks: new Set(), setAside: options.setAside, alike: options.alike ?? [] };
  watch(made, events);
  return made;
}

/** What of a stack is rolled out, or planned. */
export interface Extent {
  readonly modules?: readonly string[];
  readonly hosts?: readonly string[];
  readonly mode?: 'plan' | 'apply';
}

/** The events of a rollout by a controller that knows nothing of earlier runs. */
export async function rolledOut(stack: FakeStack, { modules, hosts, mode = 'apply' }: Extent = {}): Promise<readonly ReportEvent[]> {
  const open = stack.open(mode, hosts);
  await rollout(open, (name) => modules?.includes(name) ?? true);
  return open.events;
}

/** Whether the module's hosts need not know of one another: then one stands for all. */
export function isPerHost({ definition }: Module): boolean {
  return 'onHost' in definition.install && 'onHost' in definition.configure;
}

/** Failures of a run in words. */
export function failuresIn(events: readonly ReportEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'failure' ? [`${event.host} ${event.verb}: ${event.kind}: ${event.message}${event.command === undefined ? '' : `\n  ${event.command}`}${event.output === undefined ? '' : `\n  ${event.output}`}`] : []));
}

function refuseFailures(events: readonly ReportEvent[], what: string): void {
  const failures = failuresIn(events);
  if (failures.length > 0) throw new Error(`${what}:\n${failures.join('\n')}`);
}

/** Everything that could be seen on the way is searched for secrets; then the transcripts are cleared. */
export function watch({ stack, leaks }: Subject, events: readonly ReportEvent[]): void {
  const { redact } = stack.open('plan');
  for (const event of events) {
    const text = JSON.stringify(event);
    if (redact(text) !== text) leaks.add(`event: ${redact(text)}`);
  }
  for (const host of stack.cluster.hosts) {
    for (const { command, stdout, stderr } of host.transcript) {
      for (const [where, text] of Object.entries({ command, stdout, stderr })) if (redact(text) !== text) leaks.add(`${host.host} ${where} of ${redact(command)}: ${redact(text)}`);
    }
    host.transcript.length = 0;
  }
}
