import { inspect } from 'node:util';

/** A value that shows its name wherever it is printed; only `reveal` gives it. It is no argument of a command. */
export class Secret {
  /** The name in the store: `<module>/<key>`. */
  readonly name: string;
  /** The value before the last rotation, until the present one is confirmed: who takes this secret takes that one too. */
  readonly previous: Secret | undefined;
  readonly #value: string;

  private constructor(name: string, value: string, previous: string | undefined) {
    this.name = name;
    this.#value = value;
    this.previous = previous === undefined || previous === value ? undefined : new Secret(name, previous, undefined);
  }

  static of(name: string, value: string, previous?: string): Secret {
    return new Secret(name, value, previous);
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
