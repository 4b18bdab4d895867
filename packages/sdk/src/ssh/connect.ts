import type { Session } from '../command/index.ts';
import type { HostKey } from './host-key.ts';
import type { ConnectOptions } from './options.ts';
import { createPool } from './pool.ts';
import type { Target } from './target.ts';

/** A session to one host, with connections of its own to the jump hosts it needs; closing it closes them. */
export async function connect(target: Target, options: ConnectOptions): Promise<Session> {
  const pool = createPool(options);
  try {
    const session = await pool.session(target);
    return {
      host: session.host,
      run: (commands, how) => session.run(commands, how),
      upload: (source, to) => session.upload(source, to),
      reconnect: () => session.reconnect(),
      close: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** The key that the host shows now, to be compared with its console before it is pinned. Throws Failure `unreachable`. */
export async function scanHostKey(target: Target, options: ConnectOptions): Promise<HostKey> {
  const pool = createPool(options);
  try {
    return await pool.scanHostKey(target);
  } finally {
    await pool.close();
  }
}
