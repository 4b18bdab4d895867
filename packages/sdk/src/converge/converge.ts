import { Failure, lastWords, type Command, type Result, type Session } from '../command/index.ts';
import type { Change } from './change.ts';
import { described, type Redact } from './difference.ts';
import { read, type Known } from './fact.ts';
import type { Guard, Operation } from './operation.ts';

/** One change of a plan or of a run, as it is told to the reporter. */
export interface Applied {
  readonly operation: string;
  readonly summary: string;
  readonly state: 'planned' | 'done' | 'failed';
  /** Secrets masked. */
  readonly difference: string | undefined;
}

export interface ConvergeOptions {
  readonly session: Session;
  /** `plan` withholds the changes; reads are always real. */
  readonly mode: 'plan' | 'apply';
  /** Resources touched in this run on this host; what is done, or would be, is added. */
  readonly touched: string[];
  readonly redact: Redact;
  readonly onChange: (applied: Applied) => void;
  /** What the host has answered already, where nothing changes. */
  readonly known?: Known | undefined;
}

interface Step {
  readonly operation: Operation;
  readonly change: Change;
}

const rounds = 5;

/**
 * Every operation's state is there (apply), or every change it wants was told (plan).
 * Looks, applies all changes in one script, and looks again, until nothing is wanted;
 * a change that is still wanted after it was done is a Failure `notConverged`.
 */
export async function converge(operations: readonly Operation[], options: ConvergeOptions): Promise<readonly Applied[]> {
  const facts = operations.flatMap((o) => o.facts);
  const done = new Set<string>();
  const applied: Applied[] = [];
  for (let round = 1; ; round += 1) {
    // What was applied before the look is in the facts; what a plan withheld never is.
    const known = options.mode === 'plan' ? 0 : options.touched.length;
    const seen = await read(options.session, facts, options.known);
    const steps = decide(operations, { changesOf: (o, touched) => o.changes(seen, { touched, predicted: touched.slice(known) }), touched: options.touched });
    if (steps.length === 0) return applied;
    refuseToRepeat(steps, done, round);
    const differences = await described(options.session, steps.map((s) => s.change.difference), options.redact);
    if (options.mode === 'plan') return [...applied, ...tell(steps, { differences, state: 'planned', options })];
    await apply(steps, { differences, options, applied });
    for (const step of steps) done.add(identity(step));
  }
}

function decide(operations: readonly Operation[], from: { changesOf: (o: Operation, touched: readonly string[]) => readonly Change[]; touched: readonly string[] }): Step[] {
  const touched = [...from.touched];
  return operations.flatMap((operation) => {
    const changes = from.changesOf(operation, touched);
    for (const each of changes) touched.push(...each.touches);
    return changes.map((each) => ({ operation, change: each }));
  });
}

function refuseToRepeat(steps: readonly Step[], done: ReadonlySet<string>, round: number): void {
  const repeated = steps.filter((step) => done.has(identity(step)));
  if (repeated.length < steps.length && round < rounds) return;
  const [first] = repeated.length > 0 ? repeated : steps;
  if (first === undefined) return;
  throw new Failure('notConverged', `${first.operation.title}: still not so after it was done: ${first.change.summary}`, {
    operation: first.operation.title,
    command: first.change.command.text,
  });
}

const identity = ({ operation, change }: Step): string => `${operation.title}\n${change.command.text}`;

function tell(steps: readonly Step[], how: { differences: (string | undefined)[]; state: Applied['state']; options: ConvergeOptions }): Applied[] {
  return steps.map(({ operation, change }, i) => {
    const applied = { operation: operation.title, summary: how.options.redact(change.summary), state: how.state, difference: how.differences[i] };
    how.options.touched.push(...(how.state === 'failed' ? [] : change.touches));
    how.options.onChange(applied);
    return applied;
  });
}

async function apply(steps: readonly Step[], how: { differences: (string | undefined)[]; options: ConvergeOptions; applied: Applied[] }): Promise<void> {
  const { differences, options, applied } = how;
  const guards = [...new Set(steps.flatMap(({ operation }) => operation.guard ?? []))];
  const lines = steps.flatMap((step, at): Line[] => [...arming(steps, at), { command: step.change.command, at }]);
  const within = steps.reduce((sum, s) => sum + (s.change.within ?? 60_000), 60_000);
  const results = await options.session.run(lines.map((l) => l.command), { stopAtFailure: true, within });
  const broken = lines.findIndex((_, i) => results[i]?.code !== 0);
  const done = broken < 0 ? steps.length : (lines[broken] as Line).at;
  applied.push(...tell(steps.slice(0, done), { differences, state: 'done', options }));
  if (broken >= 0) failed(steps[done] as Step, { line: lines[broken] as Line, result: results[broken], difference: differences[done], options });
  if (guards.length > 0) await disarm(guards, options.session);
}

/** A line of the script and the step it belongs to. */
interface Line {
  readonly command: Command;
  readonly at: number;
}

/** The clock of a guard starts just before the first change it protects, so that slow changes before it do not use it up. */
function arming(steps: readonly Step[], at: number): Line[] {
  const guard = steps[at]?.operation.guard;
  const first = steps.findIndex(({ operation }) => operation.guard === guard);
  return guard === undefined || first !== at ? [] : [{ command: guard.arm, at }];
}

function failed(step: Step, about: { line: Line; result: Result | undefined; difference: string | undefined; options: ConvergeOptions }): never {
  const { line, result, difference, options } = about;
  tell([step], { differences: [difference], state: 'failed', options });
  const said = result === undefined ? '' : `\n${options.redact(lastWords(result))}`;
  throw new Failure('failed', `${step.change.summary}: exit ${result?.code ?? 'unknown'}${said}`, {
    operation: step.operation.title,
    command: options.redact(line.command.text),
    result,
  });
}

/** A second connection is proven before the host is told to keep the change. */
async function disarm(guards: readonly Guard[], session: Session): Promise<void> {
  try {
    await session.reconnect();
  } catch (error) {
    const within = Math.max(...guards.map((g) => g.within));
    throw new Failure('rolledBack', `no new connection after the change: the host restores what it had within ${within} s`, { cause: error });
  }
  const results = await session.run(guards.map((g) => g.disarm), { stopAtFailure: true });
  const last = results.at(-1);
  if (last?.code !== 0) throw new Failure('failed', `could not keep the guarded change: ${last === undefined ? '' : lastWords(last)}`, { result: last });
}
