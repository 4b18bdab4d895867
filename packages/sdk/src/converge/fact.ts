import { Failure, inputBytes, sh, succeeded, type Command, type Result, type Session } from '../command/index.ts';

/** One command that answers the same question about many keys at once. It only reads. */
export interface Reader<T> {
  readonly name: string;
  command(keys: readonly string[]): Command;
  /** The answer for each key, or an Error where that key alone could not be read; a key without either is a fault of the reader. */
  parse(result: Result, keys: readonly string[]): ReadonlyMap<string, T | Error>;
  /** Whether a non-zero exit is an answer too; otherwise it is a failure. */
  readonly anyExit?: boolean;
}

/** Something to read on a host: a reader and the key it is asked about. */
export interface Fact<T> {
  readonly reader: Reader<T>;
  readonly key: string;
  /** The facts it is made of, which are asked for in its place. */
  readonly made?: { readonly name: string; readonly from: readonly Fact<unknown>[]; readonly by: (...answers: readonly unknown[]) => T };
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

/** What is to be known of the answers of other facts: whatever is made of one, it is asked for once. */
export function madeOf<A extends readonly unknown[], T>(name: string, from: { readonly [K in keyof A]: Fact<A[K]> }, by: (...answers: A) => T): Fact<T> {
  return { key: name, reader: { name, command: () => sh`:`, parse: () => new Map() }, made: { name, from, by: by as (...answers: readonly unknown[]) => T } };
}

/** What is read when an operation needs to know nothing. */
export const nothing: Fact<null> = fact({ name: 'nothing', command: sh`:`, parse: () => null });

/** Facts asked of one session at the same moment, and the answer they share. */
interface Asking {
  readonly facts: Fact<unknown>[];
  readonly known: Known | undefined;
  readonly seen: Promise<Seen>;
}

/** What a host has answered, for as long as nothing on it changes: the answers of each reader by key, and of each command. */
export interface Known {
  readonly answers: Map<Reader<unknown>, Map<string, unknown>>;
  readonly results: Map<string, Result | undefined>;
}

/** Nothing was answered yet. */
export function nothingKnown(): Known {
  return { answers: new Map(), results: new Map() };
}

const asking = new WeakMap<Session, Asking>();

/**
 * Every fact, read in one round trip: one command a reader, whatever the number of keys. What is asked of a host at
 * the same moment by others (in a plan, all modules) is read along: round trips are what costs. What is `known` is not
 * asked again. Throws the Failure of a fact of its own that could not be read.
 */
export async function read(session: Session, facts: readonly Fact<unknown>[], known?: Known): Promise<Seen> {
  const seen = await along(session, facts, known);
  for (const each of facts) seen(each);
  return seen;
}

function along(session: Session, facts: readonly Fact<unknown>[], known: Known | undefined): Promise<Seen> {
  const others = asking.get(session);
  if (others !== undefined && others.known === known) {
    others.facts.push(...facts);
    return others.seen;
  }
  const moment = new Promise((resolve) => setImmediate(resolve));
  const mine: Asking = {
    facts: [...facts],
    known,
    seen: moment.then(() => {
      if (asking.get(session) === mine) asking.delete(session);
      return readAll(session, mine);
    }),
  };
  asking.set(session, mine);
  return mine.seen;
}

/** The answers of one reader by key: what was read, or why it could not be. */
type Answers = ReadonlyMap<string, unknown>;

interface Question {
  readonly keys: readonly string[];
  readonly command: Command;
}

async function readAll(session: Session, { facts, known = nothingKnown() }: Asking): Promise<Seen> {
  const { answers } = known;
  const keysOf = new Map<Reader<unknown>, Set<string>>();
  for (const { reader: asked, key } of facts.flatMap((each) => asTold(each))) {
    if (answers.get(asked)?.has(key) === true) continue;
    const keys = keysOf.get(asked) ?? new Set();
    keysOf.set(asked, keys.add(key));
  }
  const asked = [...keysOf].map(([each, keys]) => ({ reader: each, ...questions(each, [...keys]) }));
  const all = asked.flatMap((each) => each.questions);
  const results = await answered(session, { commands: all.map(({ command }) => command), known: known.results });
  for (const each of asked) {
    const now = [...each.refused, ...each.questions.flatMap((question) => [...answer(each.reader, question, results.get(question.command))])];
    answers.set(each.reader, new Map([...(answers.get(each.reader) ?? []), ...now]));
  }
  const seen = <T>(wanted: Fact<T>): T => (wanted.made === undefined ? (answerFor(answers.get(wanted.reader as Reader<unknown>), wanted) as T) : make(wanted.made, seen));
  return seen;
}

/** The facts that hosts are asked for. */
function asTold(each: Fact<unknown>): readonly Fact<unknown>[] {
  return each.made === undefined ? [each] : each.made.from.flatMap((part) => asTold(part));
}

function make<T>({ name, from, by }: NonNullable<Fact<T>['made']>, seen: Seen): T {
  const answers = from.map((each) => seen(each));
  try {
    return by(...answers);
  } catch (error) {
    throw new Failure('failed', `could not read ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The result of each command; two that are the same are run once, and what is known already is not run. */
async function answered(session: Session, { commands, known }: { commands: readonly Command[]; known: Known['results'] }): Promise<ReadonlyMap<Command, Result | undefined>> {
  const identities = new Map(commands.map((command) => [command, identity(command)]));
  const distinct = new Map<string, Command>();
  for (const [command, id] of identities) if (!known.has(id) && !distinct.has(id)) distinct.set(id, command);
  const results = distinct.size === 0 ? [] : await session.run([...distinct.values()]);
  for (const [at, id] of [...distinct.keys()].entries()) known.set(id, results[at]);
  return new Map([...identities].map(([command, id]) => [command, known.get(id)]));
}

function identity({ text, input }: Command): string {
  return input === undefined ? text : `${text}\n${Buffer.from(inputBytes(input)).toString('base64')}`;
}

/** One question for all keys. Where the reader takes offence at some of them, one for each of the others. */
function questions(asked: Reader<unknown>, keys: readonly string[]): { questions: readonly Question[]; refused: Answers } {
  try {
    return { questions: keys.length === 0 ? [] : [{ keys, command: asked.command(keys) }], refused: new Map() };
  } catch (error) {
    const [key = ''] = keys;
    if (keys.length === 1) return { questions: [], refused: new Map([[key, error]]) };
    const each = keys.map((one) => questions(asked, [one]));
    return { questions: each.flatMap((one) => one.questions), refused: new Map(each.flatMap((one) => [...one.refused])) };
  }
}

/** What was answered, or why it is none: that concerns only who asked. */
function answer(asked: Reader<unknown>, { keys, command }: Question, result: Result | undefined): Answers {
  try {
    const known = asked.anyExit === true && result !== undefined ? result : succeeded(result, command);
    const found = asked.parse(known, keys);
    return new Map([...found].map(([key, value]) => [key, value instanceof Error ? unread(asked, value, { command, result }) : value]));
  } catch (error) {
    return new Map(keys.map((key) => [key, unread(asked, error, { command, result })]));
  }
}

function unread(asked: Reader<unknown>, error: unknown, about: { command: Command; result: Result | undefined }): Failure {
  const why = error instanceof Error ? error.message : String(error);
  return new Failure('failed', `could not read ${asked.name}: ${why}`, { command: about.command.text, result: about.result, cause: error });
}

function answerFor(answers: Answers | undefined, wanted: Fact<unknown>): unknown {
  if (answers?.has(wanted.key) !== true) throw new Failure('failed', `the fact ${wanted.reader.name} has no answer for ${wanted.key}`);
  const found = answers.get(wanted.key);
  if (found instanceof Error) throw found;
  return found;
}
