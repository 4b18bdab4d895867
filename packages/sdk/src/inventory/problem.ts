import { Failure } from '../command/index.ts';

/** A position in a file, both numbers 1-based; the column counts characters, a tab as one. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something in an inventory that must be corrected. */
export interface Problem extends Place {
  readonly file: string;
  /** The column or key it is about, as the file calls it; undefined when it is about the whole line or file. */
  readonly field: string | undefined;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

/** An inventory cannot be used; every problem found in it, in the order of the file. */
export class InventoryError extends Failure {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('badConfig', [`${count} in the inventory ${file}`, ...problems.map(line)].join('\n'), { next: `correct ${file}, then: keybuzz inventory check` });
    this.name = 'InventoryError';
    this.problems = problems;
  }
}

/** Problems of one file, gathered while it is read on to its end. */
export class Problems {
  readonly file: string;
  readonly #found: Problem[] = [];

  constructor(file: string) {
    this.file = file;
  }

  add({ line, column }: Place, field: string | undefined, message: string): void {
    this.#found.push({ file: this.file, line, column, field, message });
  }

  get none(): boolean {
    return this.#found.length === 0;
  }

  /** Throws InventoryError when something was added. */
  throwAny(): void {
    if (this.#found.length === 0) return;
    throw new InventoryError(this.file, this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column));
  }
}

function line({ file, line: at, column, field, message }: Problem): string {
  return `${file}:${at}:${column}: ${field === undefined ? '' : `${field}: `}${message}`;
}
