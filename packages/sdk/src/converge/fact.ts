import { Failure, sh, succeeded, type Command, type Result, type Session } from '../command/index.ts';

/** One command that answers the same question about many keys at once. It only reads. */
export interface Reader<T> {
  readonly name: string;
  command(keys: readonly string[]): Command;
  /** The answer for each key; a key without one is a fault of the reader. */
  parse(result: Result, keys: readonly string[]): ReadonlyMap<string, T>;
  /** Whether a non-zero exit is an answer too; otherwise it is a failure. */
  readonly anyExit?: boolean;
}

/** Something to read on a host: a reader and the key it is asked about. */
export interface Fact<T> {
  readonly reader: Reader<T>;
  readonly key: string;
}

/** What was read: the value of each fact that was asked for. */
export type Seen = <T>(fact: Fact<T>) => T;

/** A family of facts: all of one `ensure` are read by one command. */
export function reader<T>(definition: Reader<T>): (key: string) => Fact<T> {
  return (key) => ({ reader: definition, key });
}

/** A fact on its own, read by a command of its own. */
export function fact<T>(definition: { name: string; command: Command; parse: (result: Result) => T; anyExit?: boolean }): Fact<T> {
  const { name, command, parse, anyExit = false } = definition;
  return { key: command.text, reader: { name, anyExit, command: () => command, parse: (result) => new Map([[command.text, parse(result)]]) } };
}

/** What is read when an operation needs to know nothing. */
export const nothing: Fact<null> = fact({ name: 'nothing', command: sh`:`, parse: () => null });

/** Facts asked of one session at the same moment, and the answer they share. */
interface Asking {
  readonly facts: Fact<unknown>[];
  readonly seen: Promise<Seen>;
  within: number | undefined;
}

const asking = new WeakMap<Session, Asking>();

/**
 * Every fact, read in one round trip: one command a reader, whatever the number of keys. What is asked of a host at
 * the same moment by others (in a plan, all modules) is read along: round trips are what costs. Throws the Failure of
 * a fact of its own that could not be read.
 */
export async function read(session: Session, facts: readonly Fact<unknown>[], within?: number): Promise<Seen> {
  const seen = await along(session, facts, within);
  for (const each of facts) seen(each);
  return seen;
}

function along(session: Session, facts: readonly Fact<unknown>[], within: number | undefined): Promise<Seen> {
  const others = asking.get(session);
  if (others !== undefined) {
    others.facts.push(...facts);
    others.within = within === undefined ? others.within : Math.max(within, others.within ?? within);
    return others.seen;
  }
  const moment = new Promise((resolve) => setImmediate(resolve));
  const mine: Asking = {
    facts: [...facts],
    within,
    seen: moment.then(() => {
      asking.delete(session);
      return readAll(session, mine);
    }),
  };
  asking.set(session, mine);
  return mine.seen;
}

async function readAll(session: Session, { facts, within }: Asking): Promise<Seen> {
  const keysOf = new Map<Reader<unknown>, Set<string>>();
  for (const { reader: asked, key } of facts) {
    const keys = keysOf.get(asked) ?? new Set();
    keysOf.set(asked, keys.add(key));
  }
  const questions = [...keysOf].map(([asked, keys]) => ({ asked, keys: [...keys], command: asked.command([...keys]) }));
  const results = questions.length === 0 ? [] : await session.run(questions.map((q) => q.command), within === undefined ? {} : { within });
  const answers = new Map<Reader<unknown>, ReadonlyMap<string, unknown> | Failure>();
  questions.forEach(({ asked, keys, command }, i) => answers.set(asked, answer(asked, { keys, command, result: results[i] })));
  return <T>(wanted: Fact<T>): T => answerFor(answers.get(wanted.reader as Reader<unknown>), wanted) as T;
}

/** What was answered, or why it is none: that concerns only who asked. */
function answer(asked: Reader<unknown>, question: { keys: string[]; command: Command; result: Result | undefined }): ReadonlyMap<string, unknown> | Failure {
  const { keys, command, result } = question;
  try {
    const known = asked.anyExit === true && result !== undefined ? result : succeeded(result, command);
    return asked.parse(known, keys);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new Failure('failed', `could not read ${asked.name}: ${why}`, { command: command.text, result, cause: error });
  }
}

function answerFor(answers: ReadonlyMap<string, unknown> | Failure | undefined, wanted: Fact<unknown>): unknown {
  if (answers instanceof Failure) throw answers;
  if (answers?.has(wanted.key) !== true) throw new Failure('failed', `the fact ${wanted.reader.name} has no answer for ${wanted.key}`);
  return answers.get(wanted.key);
}
