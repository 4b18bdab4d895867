export { connect, scanHostKey } from './connect.ts';
export { fingerprint, type HostKey } from './host-key.ts';
export { knownKeys, type KnownKey } from './known-hosts.ts';
export type { ConnectOptions, Pin } from './options.ts';
export { pinHostKey } from './pin.ts';
export { createPool, type Pool } from './pool.ts';
export type { Target } from './target.ts';
export { jumpTarget } from './user-config.ts';
