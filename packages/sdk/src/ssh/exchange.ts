import type { ClientChannel } from 'ssh2';
import { Capture } from './capture.ts';

/** Called with what comes, stream by stream. */
export type OnChunk = (stream: 'out' | 'err', chunk: Buffer) => void;

/** A program on the host and what it has printed; its end and its output are conditions that can be awaited. */
export class Exchange {
  readonly channel: ClientChannel;
  readonly out: Capture = new Capture();
  readonly err: Capture = new Capture();
  #ended: string | undefined;
  #open = 2;
  #muted = false;
  #look: (() => void) | undefined;

  constructor(channel: ClientChannel, onChunk?: OnChunk) {
    this.channel = channel;
    const listen = (stream: 'out' | 'err') => (chunk: Buffer): void => {
      if (this.#muted) return;
      this[stream].add(chunk);
      onChunk?.(stream, chunk);
      this.#look?.();
    };
    const close = (): void => {
      this.#open -= 1;
      this.#look?.();
    };
    channel.on('data', listen('out')).once('close', close);
    channel.stderr.on('data', listen('err')).once('end', close);
    channel.once('exit', (code: number | null, signal?: string) => {
      this.#ended = code === null ? (signal ?? 'a signal') : `exit ${code}`;
      this.#look?.();
    });
  }

  /** How the program ended, such as `exit 1` or `SIGKILL`; undefined as long as it is not known. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** No more output will come. */
  get closed(): boolean {
    return this.#open === 0;
  }

  /** What `look` found, asked again at everything that happens; `timedOut` when it found nothing within the milliseconds. */
  until<T>(look: () => T | undefined, within: number): Promise<T | 'timedOut'> {
    return new Promise((resolve) => {
      const done = (found: T | 'timedOut'): void => {
        clearTimeout(timer);
        this.#look = undefined;
        resolve(found);
      };
      const timer = setTimeout(() => done('timedOut'), within);
      this.#look = () => {
        const found = look();
        if (found !== undefined) done(found);
      };
      this.#look();
    });
  }

  /** True once the program's input took the bytes; false when it ended before, or did not within the milliseconds. */
  async send(bytes: Buffer | string, within: number): Promise<boolean> {
    let taken = false;
    this.channel.write(bytes, () => {
      taken = true;
      this.#look?.();
    });
    return (await this.until(() => (taken ? 'taken' : this.closed || this.#ended !== undefined ? 'ended' : undefined), within)) === 'taken';
  }

  /** The channel is given back once the program is gone, whatever it left running with its output still open. */
  leave(): void {
    const close = (): void => this.channel.close();
    if (this.#ended === undefined) this.channel.once('exit', close);
    else close();
  }

  /** Nothing more is kept of its output; a program that floods us stands still from now on. */
  mute(): void {
    this.#muted = true;
    this.channel.pause();
    this.channel.stderr.pause();
  }

  /** The channel is given back, whatever the program does. */
  abandon(): void {
    this.#muted = true;
    this.channel.resume();
    this.channel.stderr.resume();
    this.channel.close();
  }
}
