/** What one stream of a channel brought so far. */
export class Capture {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  readonly #searched = new Map<string, number>();

  get length(): number {
    return this.#length;
  }

  /** The whole as UTF-8, which may be cut anywhere between two chunks. */
  get text(): string {
    return this.#bytes.toString('utf8', 0, this.#length);
  }

  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(4096, length, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** Whether the text came by; only what is new since the last time is searched. */
  includes(text: string): boolean {
    const from = this.#searched.get(text) ?? 0;
    const at = this.#bytes.subarray(0, this.#length).indexOf(text, from);
    this.#searched.set(text, at === -1 ? Math.max(0, this.#length - text.length) : at);
    return at !== -1;
  }
}
