import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Route } from './route.ts';

/** A stream to the host's SSH port, perhaps still connecting: its greeting is prepared while we load what will read it. */
export async function dial({ target, forward }: Pick<Route, 'target' | 'forward'>): Promise<Duplex> {
  const { address, port = 22 } = target;
  if (forward !== undefined) return forward(address, port);
  const socket = connect({ host: address, port, noDelay: true });
  // Whoever takes the stream over looks at `errored`; an error that comes before must not end the process.
  socket.on('error', () => undefined);
  return socket;
}
