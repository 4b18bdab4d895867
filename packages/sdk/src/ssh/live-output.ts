import { StringDecoder } from 'node:string_decoder';
import { printable } from '../command/index.ts';

/** The lines of one stream as they come, without the frames of the script, redacted and printable. */
export class LiveOutput {
  readonly #decoder = new StringDecoder('utf8');
  readonly #frame: RegExp;
  readonly #tell: (text: string) => void;
  #line = '';
  #blank = false;

  constructor(mark: string, { redact = (text) => text, tell }: { redact?: ((text: string) => string) | undefined; tell: (text: string) => void }) {
    this.#frame = new RegExp(`^${mark} (start )?(\\d+|end)$`);
    this.#tell = (text) => tell(printable(redact(text)));
  }

  add(chunk: Buffer): void {
    const lines = (this.#line + this.#decoder.write(chunk)).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#add(line);
  }

  #add(line: string): void {
    const frame = this.#frame.test(line);
    // A frame brings its own line break before it, which is no output.
    if (this.#blank && !frame) this.#tell('\n');
    this.#blank = line === '';
    if (!frame && !this.#blank) this.#tell(`${line}\n`);
  }
}
