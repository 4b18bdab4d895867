/** A time limit that stands still while an operator is asked. */
export class Countdown {
  readonly #expire: () => void;
  #left: number;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(milliseconds: number, expire: () => void) {
    this.#left = milliseconds;
    this.#expire = expire;
    this.#run();
  }

  /** The answer to a question; the time it takes does not count. */
  async question<T>(ask: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.#left -= performance.now() - this.#since;
    try {
      return await ask();
    } finally {
      if (!this.#over) this.#run();
    }
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.#expire, Math.max(this.#left, 1));
  }
}
