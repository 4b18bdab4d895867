import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';
import type { Identity } from './identity.ts';

/** One attempt to log in: what was tried so far, and the handler that tries the next. */
export interface Login {
  readonly tried: readonly string[];
  readonly handler: AuthHandlerMiddleware;
}

/** A log-in that tries the identities in order. `question` stands around each question to the operator. */
export function login(user: string, identities: AsyncIterator<Identity>, question: <T>(ask: () => Promise<T>) => Promise<T>): Login {
  const tried: string[] = [];
  const next = async (): Promise<AnyAuthMethod | false> => {
    const { done, value: identity } = await identities.next();
    if (done === true) return false;
    tried.push(identity.label);
    if ('key' in identity) return { type: 'publickey', username: user, key: identity.key };
    if ('agent' in identity) return { type: 'agent', username: user, agent: identity.agent };
    const key = await question(identity.unlock);
    return key === undefined ? next() : { type: 'publickey', username: user, key };
  };
  return {
    tried,
    handler: (_left, _partial, answer) => {
      next().then(
        (method) => answer(method as AnyAuthMethod),
        () => answer(false as unknown as AnyAuthMethod),
      );
    },
  };
}
