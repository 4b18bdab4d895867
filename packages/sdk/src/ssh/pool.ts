import { Failure } from '../command/index.ts';
import type { HostKey } from './host-key.ts';
import { Identities } from './identity.ts';
import type { ConnectOptions } from './options.ts';
import { routeTo, type Forward, type Shared } from './route.ts';
import { scan } from './scan.ts';
import { openSession, type SshSession } from './session.ts';
import type { Target } from './target.ts';

/** One session per host for a whole run. */
export interface Pool {
  /** The host's session, opened at the first call and again when it broke; concurrent callers share the one that is opening. */
  session(target: Target): Promise<SshSession>;
  /** The key the host shows, through the same jump hosts; nothing is trusted by it. */
  scanHostKey(target: Target): Promise<HostKey>;
  /** Every connection is dropped; the hosts are told, their answers are not waited for. */
  close(): Promise<void>;
}

/** A pool without a connection yet. */
export function createPool(options: ConnectOptions): Pool {
  const sessions = new Map<string, Promise<SshSession>>();
  let closed = false;
  const shared: Shared = { options, identities: new Identities(options), forwardFrom };

  async function open(target: Target, hops?: readonly string[]): Promise<SshSession> {
    const session = await openSession(await routeTo(target, shared, hops));
    if (!closed) return session;
    await session.close();
    throw new Failure('interrupted', `the connection to ${target.name} was no longer wanted`, { host: target.name });
  }

  async function session(target: Target, hops?: readonly string[]): Promise<SshSession> {
    if (closed) throw new Failure('interrupted', `no connection to ${target.name}: the run is over`, { host: target.name });
    const known = sessions.get(target.name);
    if (known !== undefined) {
      const still = await known;
      if (still.alive) return still;
      if (sessions.get(target.name) === known) sessions.delete(target.name);
      return session(target, hops);
    }
    const opening = open(target, hops);
    sessions.set(target.name, opening);
    // A host that failed is asked anew next time.
    opening.catch(() => sessions.get(target.name) === opening && sessions.delete(target.name));
    return opening;
  }

  async function forwardFrom(jump: Target, before: readonly string[] | undefined): Promise<Forward> {
    return (await session(jump, before)).forward;
  }

  return {
    session: (target) => session(target),
    scanHostKey: async (target) => scan(await routeTo(target, shared), options.readyTimeout),
    async close() {
      closed = true;
      const open = [...sessions.values()];
      sessions.clear();
      // Those still opening close themselves when they are done: nobody waits for a host that does not answer.
      for (const each of open) void each.then((one) => one.close(), () => undefined);
      await Promise.resolve();
    },
  };
}
