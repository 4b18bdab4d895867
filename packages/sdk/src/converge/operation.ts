import { Command } from '../command/index.ts';
import { change, type Change } from './change.ts';
import type { Fact, Seen } from './fact.ts';

/** What an operation may know besides its facts: the resources touched so far in this run on this host, oldest first. */
export interface Turn {
  readonly touched: readonly string[];
  /** Those of them that the facts do not show yet: decided earlier in this round, or in a plan. All of them when not said. */
  readonly predicted?: readonly string[];
}

/** The touches that the facts do not show yet. */
export function predicted({ touched, predicted: known = touched }: Turn): readonly string[] {
  return known;
}

/** Protects a change that could lock the controller out: the host undoes it by itself unless `disarm` arrives. */
export interface Guard {
  /** Saves the present state and starts a timer on the host that restores it. */
  readonly arm: Command;
  /** Sent over a new connection, which proves that the host can still be reached. */
  readonly disarm: Command;
  /** Seconds until the host restores. */
  readonly within: number;
}

/** A wanted state, and how to get there from what is seen. */
export interface Operation {
  /** The state wanted, in words: "redis-server is enabled and running". */
  readonly title: string;
  readonly facts: readonly Fact<unknown>[];
  /** Pure: an empty list means "already so". */
  changes(seen: Seen, turn: Turn): readonly Change[];
  readonly guard?: Guard;
}

type Looks = Readonly<Record<string, Fact<unknown>>>;
type Found<L extends Looks> = { readonly [K in keyof L]: L[K] extends Fact<infer T> ? T : never };

/** What `change` may answer with: changes, bare commands, or false for "this one is not needed". */
export type Wanted = Change | Command | false | undefined;

/** An operation from named facts and a pure function of what they found. */
export function operation<L extends Looks>(definition: {
  title: string;
  look: L;
  change: (found: Found<L>, turn: Turn) => readonly Wanted[];
  guard?: Guard;
}): Operation {
  const { title, look, change: decide, guard } = definition;
  return {
    title,
    facts: Object.values(look),
    changes: (seen, turn) => {
      const found = Object.fromEntries(Object.entries(look).map(([name, asked]) => [name, seen(asked)]));
      return decide(found as Found<L>, turn).flatMap((wanted) => {
        if (wanted === false || wanted === undefined) return [];
        return [wanted instanceof Command ? change(wanted) : wanted];
      });
    },
    ...(guard === undefined ? {} : { guard }),
  };
}

/** An act that is no state (bootstrap, join): done once, unless the guard, which must have asked all peers, says it was. */
export function once(definition: { title: string; unless: Fact<boolean>; do: readonly (Change | Command)[] }): Operation {
  return operation({ title: definition.title, look: { done: definition.unless }, change: ({ done }) => (done ? [] : definition.do) });
}

/** The operation, only on hosts where the fact holds; elsewhere there is nothing to do. */
export function when<T>(asked: Fact<T>, holds: (value: T) => boolean, wanted: Operation): Operation {
  return { ...wanted, facts: [asked, ...wanted.facts], changes: (seen, turn) => (holds(seen(asked)) ? wanted.changes(seen, turn) : []) };
}

/** Several operations that are one promise; a guard covers them all. */
export function together(title: string, operations: readonly Operation[], guard?: Guard): Operation {
  return {
    title,
    facts: operations.flatMap((o) => o.facts),
    changes: (seen, turn) => {
      const touched = [...turn.touched];
      const ahead = [...predicted(turn)];
      return operations.flatMap((o) => {
        const changes = o.changes(seen, { touched, predicted: ahead });
        for (const each of changes) {
          touched.push(...each.touches);
          ahead.push(...each.touches);
        }
        return changes;
      });
    },
    ...(guard === undefined ? {} : { guard }),
  };
}
