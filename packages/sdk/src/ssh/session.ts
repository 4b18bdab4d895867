import type { Readable } from 'node:stream';
import type { BatchOptions, Command, Result, Session, UploadTarget } from '../command/index.ts';
import { machineClock } from '../wait/index.ts';
import { runBatch, type Link } from './batch.ts';
import { Channels } from './channels.ts';
import type { Forward, Route } from './route.ts';
import { openTransport } from './transport.ts';
import { uploadFile } from './upload.ts';

/** A session over SSH. */
export class SshSession implements Session {
  readonly host: string;
  readonly #route: Route;
  #link: Link;

  constructor(route: Route, link: Link) {
    this.host = route.target.name;
    this.#route = route;
    this.#link = link;
  }

  /** Whether it still stands; a broken session stays broken until `reconnect`. */
  get alive(): boolean {
    return this.#link.transport.lost === undefined;
  }

  async run(commands: readonly Command[], options: BatchOptions = {}): Promise<readonly Result[]> {
    return commands.length === 0 ? [] : runBatch(this.#link, commands, options);
  }

  async upload(source: Readable | Uint8Array, target: UploadTarget): Promise<void> {
    await uploadFile(this.#link, source, target);
  }

  async reconnect(): Promise<void> {
    const next = await openLink(this.#route);
    const before = this.#link;
    this.#link = next;
    // What still runs over the old connection may end in peace.
    void before.channels.idle().then(() => before.transport.end());
  }

  async close(): Promise<void> {
    this.#link.transport.end();
  }

  /** A stream to an address as this host reaches it. */
  readonly forward: Forward = (address, port) => this.#link.transport.forward(address, port);
}

/** A connected session. Throws Failure `unreachable`, `refused`, `hostKeyChanged`. */
export async function openSession(route: Route): Promise<SshSession> {
  return new SshSession(route, await openLink(route));
}

async function openLink(route: Route): Promise<Link> {
  const { target, options } = route;
  const { clock = machineClock, channels = 4 } = options;
  // Hosts that were refused together must not come back together.
  const transport = await openTransport(route, () => clock.pause(200 + Math.random() * 300));
  return { target, options, transport, channels: new Channels(transport, { target, limit: channels }) };
}
