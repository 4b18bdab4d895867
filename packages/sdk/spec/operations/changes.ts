import type { Change, Fact, Operation, Seen, Turn } from '../../src/converge/index.ts';

/** One thing seen on the host. */
export type Sight = readonly [Fact<unknown>, unknown];

/** A typed pair of a fact and what it found. */
export function sight<T>(fact: Fact<T>, value: T): Sight {
  return [fact, value];
}

/** What the operation would do after seeing this; a fact that it asks and nobody gave is an error. */
export function decided(operation: Operation, sights: readonly Sight[], turn: Turn = { touched: [] }): readonly Change[] {
  const seen: Seen = <T>(wanted: Fact<T>): T => {
    const found = sights.find(([fact]) => fact.key === wanted.key && (fact.reader === wanted.reader || fact.made?.name === wanted.key));
    if (found === undefined) throw new Error(`nothing was seen of ${wanted.reader.name} ${wanted.key}`);
    return found[1] as T;
  };
  return operation.changes(seen, turn);
}

/** The commands of what the operation would do. */
export function changes(operation: Operation, sights: readonly Sight[], turn?: Turn): string[] {
  return decided(operation, sights, turn).map(({ command }) => command.text);
}

/** In words: what the operation would do. */
export function summaries(operation: Operation, sights: readonly Sight[], turn?: Turn): string[] {
  return decided(operation, sights, turn).map(({ summary }) => summary);
}
