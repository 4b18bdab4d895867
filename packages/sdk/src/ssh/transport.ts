import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { Failure } from '../command/index.ts';
import { algorithmsFor } from './algorithms.ts';
import { connectFailure, isTransient, tookTooLong, type Attempt, type Phase } from './connect-failure.ts';
import { Countdown } from './countdown.ts';
import { dial } from './dial.ts';
import { hostKeyOf, type HostKey } from './host-key.ts';
import { knownKeys } from './known-hosts.ts';
import { login } from './login.ts';
import { changed, pinHostKey } from './pin.ts';
import type { Forward, Route } from './route.ts';
import { scan } from './scan.ts';
import { trust } from './trust.ts';

/** An SSH connection whose host proved its pinned key and let us in. */
export class Transport {
  readonly client: Client;
  readonly #stream: Duplex;
  readonly #onLost = new Set<(why: Error) => void>();
  #lost: Error | undefined;

  constructor(client: Client, stream: Duplex) {
    this.client = client;
    this.#stream = stream;
    const lose = (why: Error): void => {
      if (this.#lost !== undefined) return;
      this.#lost = why;
      for (const tell of this.#onLost) tell(why);
    };
    client.on('error', lose);
    client.on('close', () => lose(new Error('the connection was closed')));
  }

  /** Why the connection is gone; undefined while it stands. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** Calls back when the connection is gone, at once if it is; the function returned stops that. */
  onLost(tell: (why: Error) => void): () => void {
    if (this.#lost !== undefined) tell(this.#lost);
    this.#onLost.add(tell);
    return () => this.#onLost.delete(tell);
  }

  /** A stream to an address as this host reaches it. */
  readonly forward: Forward = (address, port) =>
    new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return void reject(this.#lost);
      this.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
    });

  /** The connection is gone; the host was told, but its answer is not waited for. */
  end(): void {
    this.client.end();
    this.#stream.destroy();
  }
}

/** One attempt: connected and logged in, or the attempt as it failed. */
export async function attempt(route: Route, readyTimeout: number): Promise<Transport | Attempt> {
  const { target, options } = route;
  let phase: Phase = 'connecting';
  let tried: readonly string[] = [];
  const late = Promise.withResolvers<never>();
  const countdown = new Countdown(readyTimeout, () => late.reject(tookTooLong(target, { within: readyTimeout, phase })));
  const dialled = dial(route);
  try {
    const stream = await Promise.race([dialled, late.promise]);
    const { NodeSSH } = await import('node-ssh');
    if (stream.errored) throw stream.errored;
    if (!('connecting' in stream && stream.connecting === true)) phase = 'greeting';
    const identities = route.identities.for({ files: route.advice.identityFiles, only: route.advice.identitiesOnly });
    const entry = login(target.user, identities, (ask) => countdown.question(ask));
    tried = entry.tried;
    const ssh = new NodeSSH();
    const ready = ssh.connect({
      sock: stream,
      username: target.user,
      algorithms: algorithmsFor(options.knownHosts, target),
      authHandler: entry.handler,
      keepaliveInterval: options.keepAlive ?? 10_000,
      keepaliveCountMax: 3,
      readyTimeout: 0,
      hostVerifier: (wire: Buffer, verify: (trusted: boolean) => void) => {
        const key = hostKeyOf(wire);
        countdown.question(() => trust(target, key, options)).then(
          ({ fresh }) => {
            if (fresh) client.once('handshake', () => pin(route, { key, refuse: late.reject }));
            verify(true);
          },
          (error: unknown) => {
            late.reject(error);
            verify(false);
          },
        );
      },
    });
    const client = ssh.connection as Client;
    // node-ssh listens until the log-in only; without a listener a later error would end the process.
    const transport = new Transport(client, stream);
    client.once('connect', () => (phase = 'greeting'));
    client.once('handshake', () => (phase = 'login'));
    await Promise.race([ready, late.promise]);
    return transport;
  } catch (error) {
    void dialled.then((stream) => stream.destroy(), () => undefined);
    return { target, error: (await keyTypeGone(route, error)) ?? error, phase, tried, via: route.forward !== undefined };
  } finally {
    countdown.stop();
  }
}

/** The connection after at most one more attempt where the first may have met a passing trouble. Throws Failure. */
export async function openTransport(route: Route, pause: () => Promise<void>): Promise<Transport> {
  const { readyTimeout = 10_000, within = 30_000 } = route.options;
  const began = performance.now();
  const first = await attempt(route, Math.min(readyTimeout, within));
  if (first instanceof Transport) return first;
  if (!isTransient(first)) throw connectFailure(first);
  await pause();
  const left = within - (performance.now() - began);
  if (left <= 0) throw connectFailure(first);
  const second = await attempt(route, Math.min(readyTimeout, left));
  if (second instanceof Transport) return second;
  throw connectFailure(second);
}

/** The host has just proven that it holds this key: from now on no other will do. */
function pin({ target, options }: Route, { key, refuse }: { key: HostKey; refuse: (why: Failure) => void }): void {
  try {
    pinHostKey(options.knownHosts, target, { key });
  } catch (error) {
    refuse(new Failure('badConfig', `the host key of ${target.name} cannot be written to ${options.knownHosts}`, { host: target.name, cause: error }));
  }
}

/** A host that no longer has a key of the pinned type has changed its key. */
async function keyTypeGone({ target, options, forward }: Route, error: unknown): Promise<Failure | undefined> {
  if (!(error instanceof Error) || !error.message.includes('no matching host key')) return undefined;
  const pinned = knownKeys(options.knownHosts, target).filter((k) => !k.revoked);
  if (pinned.length === 0) return undefined;
  const seen = await scan({ target, forward }, options.readyTimeout).catch(() => undefined);
  return seen === undefined ? undefined : changed(target, { file: options.knownHosts, pinned, seen });
}
