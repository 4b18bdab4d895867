import type { Change, Fact, Operation, Seen, Turn } from '../converge/index.ts';

/** What an operation is told to have seen: a function, or facts with their values. */
export type Table = Seen | readonly (readonly [fact: Fact<unknown>, value: unknown])[];

/** The command lines an operation wants when the facts are such; an empty list means "already so". Asks no host. */
export function changes(operation: Operation, seen: Table, turn: Turn = { touched: [] }): readonly string[] {
  return wanted(operation, seen, turn).map((each) => each.command.text);
}

/** The changes in full, for their summaries and what they touch. */
export function wanted(operation: Operation, seen: Table, turn: Turn = { touched: [] }): readonly Change[] {
  return operation.changes(typeof seen === 'function' ? seen : lookup(seen), turn);
}

function lookup(table: readonly (readonly [Fact<unknown>, unknown])[]): Seen {
  return <T>(fact: Fact<T>): T => {
    const found = table.find(([{ reader, key }]) => reader.name === fact.reader.name && key === fact.key);
    if (found === undefined) throw new Error(`the table does not say what was seen of ${fact.reader.name} ${fact.key}`);
    return found[1] as T;
  };
}
