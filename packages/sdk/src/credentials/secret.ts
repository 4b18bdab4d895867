import { inspect } from 'node:util';

/** A value that shows its name wherever it is printed; only `reveal` gives it. It is no argument of a command. */
export class Secret {
  /** The name in the store: `<module>/<key>`. */
  readonly name: string;
  readonly #value: string;

  private constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  static of(name: string, value: string): Secret {
    return new Secret(name, value);
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
