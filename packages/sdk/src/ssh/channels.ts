import { Failure } from '../command/index.ts';
import { Exchange, type OnChunk } from './exchange.ts';
import { place, type Target } from './target.ts';
import type { Transport } from './transport.ts';

/** The channels of one connection: as many at once as its sshd allows (MaxSessions), others wait their turn. */
export class Channels {
  readonly #transport: Transport;
  readonly #target: Target;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #limit: number;
  #busy = 0;

  constructor(transport: Transport, { target, limit }: { target: Target; limit: number }) {
    this.#transport = transport;
    this.#target = target;
    this.#limit = limit;
  }

  /** The command as it begins to run on the host; an urgent one does not wait in the queue. Throws Failure `connectionLost` or `refused`. */
  async open(command: string, { urgent = false, onChunk }: { urgent?: boolean; onChunk?: OnChunk | undefined } = {}): Promise<Exchange> {
    for (let refusals = 0; ; refusals += 1) {
      if (urgent && refusals === 0) this.#busy += 1;
      else await this.#turn();
      try {
        return await this.#begin(command, onChunk);
      } catch (error) {
        this.#leave();
        if (this.#transport.lost !== undefined) throw connectionLost(this.#target, { why: this.#transport.lost });
        const full = error instanceof Error && error.message.includes('Channel open failure');
        // sshd frees a session a moment after it closed its channel: alone, we ask a few times before we believe it.
        if (!full || (this.#busy === 0 && refusals >= 3)) throw refused(this.#target, error);
        this.#limit = Math.max(1, Math.min(this.#limit, this.#busy));
      }
    }
  }

  /** Resolves once no channel is open. */
  idle(): Promise<void> {
    return new Promise((resolve) => (this.#busy === 0 ? resolve() : void this.#idle.push(resolve)));
  }

  #begin(command: string, onChunk: OnChunk | undefined): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      this.#transport.client.exec(command, (error, channel) => {
        if (error) return reject(error);
        channel.once('close', () => this.#leave());
        // At once: the exit of a quick command can lie in the same packet.
        resolve(new Exchange(channel, onChunk));
      });
    });
  }

  async #turn(): Promise<void> {
    while (this.#busy >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
  }

  #leave(): void {
    this.#busy -= 1;
    this.#waiting.shift()?.();
    if (this.#busy === 0) for (const tell of this.#idle.splice(0)) tell();
  }
}

/** The failure for a connection that broke; `during` says what was going on. */
export function connectionLost(target: Target, { why, during = 'before it answered' }: { why: Error; during?: string }): Failure {
  return new Failure('connectionLost', `lost the connection to ${place(target)} ${during} (${why.message})`, { host: target.name, cause: why });
}

function refused(target: Target, error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error);
  return new Failure('refused', `${place(target)} let us in but opens no session: ${said}. sshd's MaxSessions must be 1 or more, and no ForceCommand may stand for this key`, {
    host: target.name,
    cause: error,
    next: `ssh ${target.user}@${target.address} 'sshd -T | grep -i maxsessions'`,
  });
}
