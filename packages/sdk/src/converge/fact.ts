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
  /** What the reader's answer means, where others read the same answer in another way. */
  readonly meaning?: Meaning<T>;
}

interface Meaning<T> {
  readonly name: string;
  readonly of: (answer: unknown) => T;
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

/** What an answer means to one who asks; others may take something else from it, and it is asked for once. */
export function meant<A, T>(by: Fact<A>, { name, of }: { name: string; of: (answer: A) => T }): Fact<T> {
  return { reader: by.reader as Reader<unknown> as Reader<T>, key: by.key, meaning: { name, of: (answer) => of(by.meaning === undefined ? (answer as A) : by.meaning.of(answer)) } };
}

/** What is read when an operation needs to know nothing. */
export const nothing: Fact<null> = fact({ name: 'nothing', command: sh`:`, parse: () => null });

/** Facts asked of one session at the same moment, and the answer they share. */
interface Asking {
  readonly facts: Fact<unknown>[];
  readonly seen: Promise<Seen>;
}

const asking = new WeakMap<Session, Asking>();

/**
 * Every fact, read in one round trip: one command a reader, whatever the number of keys. What is asked of a host at
 * the same moment by others (in a plan, all modules) is read along: round trips are what costs. Throws the Failure of
 * a fact of its own that could not be read.
 */
export async function read(session: Session, facts: readonly Fact<unknown>[]): Promise<Seen> {
  const seen = await along(session, facts);
  for (const each of facts) seen(each);
  return seen;
}

function along(session: Session, facts: readonly Fact<unknown>[]): Promise<Seen> {
  const others = asking.get(session);
  if (others !== undefined) {
    others.facts.push(...facts);
    return others.seen;
  }
  const moment = new Promise((resolve) => setImmediate(resolve));
  const mine: Asking = {
    facts: [...facts],
    seen: moment.then(() => {
      asking.delete(session);
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

async function readAll(session: Session, { facts }: Asking): Promise<Seen> {
  const keysOf = new Map<Reader<unknown>, Set<string>>();
  for (const { reader: asked, key } of facts) {
    const keys = keysOf.get(asked) ?? new Set();
    keysOf.set(asked, keys.add(key));
  }
  const asked = [...keysOf].map(([each, keys]) => ({ reader: each, ...questions(each, [...keys]) }));
  const all = asked.flatMap((each) => each.questions);
  const results = await answered(session, all.map(({ command }) => command));
  const answers = new Map(asked.map((each): [Reader<unknown>, Answers] => [each.reader, new Map([...each.refused, ...each.questions.flatMap((question) => [...answer(each.reader, question, results.get(question.command))])])]));
  return <T>(wanted: Fact<T>): T => answerFor(answers.get(wanted.reader as Reader<unknown>), wanted) as T;
}

/** The result of each command; two that are the same are run once. */
async function answered(session: Session, commands: readonly Command[]): Promise<ReadonlyMap<Command, Result | undefined>> {
  const same = new Map<string, Command[]>();
  for (const command of commands) {
    const input = command.input === undefined ? '' : `\n${Buffer.from(inputBytes(command.input)).toString('base64')}`;
    same.set(command.text + input, [...(same.get(command.text + input) ?? []), command]);
  }
  const distinct = [...same.values()];
  const results = distinct.length === 0 ? [] : await session.run(distinct.flatMap(([first]) => first ?? []));
  return new Map(distinct.flatMap((each, at) => each.map((command) => [command, results[at]])));
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
  return new Failure('failed', `could not read ${asked.name}: ${why(error)}`, { command: about.command.text, result: about.result, cause: error });
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function answerFor(answers: Answers | undefined, wanted: Fact<unknown>): unknown {
  if (answers?.has(wanted.key) !== true) throw new Failure('failed', `the fact ${wanted.reader.name} has no answer for ${wanted.key}`);
  const found = answers.get(wanted.key);
  if (found instanceof Error) throw found;
  if (wanted.meaning === undefined) return found;
  try {
    return wanted.meaning.of(found);
  } catch (error) {
    throw new Failure('failed', `could not read ${wanted.meaning.name}: ${why(error)}`, { cause: error });
  }
}
