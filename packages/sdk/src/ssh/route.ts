import type { Duplex } from 'node:stream';
import type { Identities } from './identity.ts';
import type { ConnectOptions } from './options.ts';
import type { Target } from './target.ts';
import { advise, jumpTarget, type Advice } from './user-config.ts';

/** Opens a stream to an address and port as seen from a jump host. */
export type Forward = (address: string, port: number) => Promise<Duplex>;

/** All that is known on how to reach a host and log in there. */
export interface Route {
  readonly target: Target;
  readonly options: ConnectOptions;
  readonly identities: Identities;
  readonly advice: Pick<Advice, 'identityFiles' | 'identitiesOnly'>;
  /** From the jump host; undefined: straight over TCP. */
  readonly forward: Forward | undefined;
}

/** What all connections of a pool share. */
export interface Shared {
  readonly options: ConnectOptions;
  readonly identities: Identities;
  /** A stream opener from a host that is connected itself: a hop such as `admin@bastion:2222`, reached through those before it. */
  forwardFrom(jump: Target, before: readonly string[] | undefined): Promise<Forward>;
}

/** The route to a host: what the options, the inventory and the user's SSH configuration say together. */
export async function routeTo(target: Target, shared: Shared, hops?: readonly string[]): Promise<Route> {
  const { options, identities } = shared;
  const advice = await advise(target, options);
  const jumps = hops ?? advice.jumps.filter((hop) => !isSame(jumpTarget(hop, target.user), target));
  const hop = jumps.at(-1);
  const forward = await (hop === undefined ? fromStack() : shared.forwardFrom(jumpTarget(hop, target.user), jumps.slice(0, -1)));
  return { target: advice.target, options, identities, advice, forward };

  function fromStack(): Promise<Forward> | undefined {
    const { jump } = options;
    return hops !== undefined || jump === undefined || isSame(jump, target) ? undefined : shared.forwardFrom(jump, undefined);
  }
}

/** A jump host is not reached through itself. */
function isSame(a: Target, b: Target): boolean {
  return a.name === b.name || (a.address === b.address && (a.port ?? 22) === (b.port ?? 22));
}
