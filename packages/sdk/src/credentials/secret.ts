import { inspect } from 'node:util';

/** What became of a secret before. */
interface History {
  readonly previous?: string | undefined;
  readonly rotations?: number | undefined;
  readonly since?: Date | undefined;
}

/** A value that shows its name wherever it is printed; only `reveal` gives it. It is no argument of a command. */
export class Secret {
  /** The name in the store: `<module>/<key>`. */
  readonly name: string;
  /** The value before the last rotation, until the present one is confirmed: who takes this secret takes that one too. */
  readonly previous: Secret | undefined;
  /** How often it was rotated: two roles that take turns are told apart by it. */
  readonly rotations: number;
  /** Since when it has its value; undefined for one that no store keeps. */
  readonly since: Date | undefined;
  readonly #value: string;

  private constructor(name: string, value: string, { previous, rotations = 0, since }: History) {
    this.name = name;
    this.#value = value;
    this.rotations = rotations;
    this.since = since;
    this.previous = previous === undefined || previous === value ? undefined : new Secret(name, previous, {});
  }

  static of(name: string, value: string, history: History = {}): Secret {
    return new Secret(name, value, history);
  }

  /** The value itself: for files of mode 0600, standard input, and clients. */
  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return `[secret ${this.name}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
