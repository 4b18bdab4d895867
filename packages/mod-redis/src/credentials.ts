import { generated, type CredentialSpec } from '@keybuzz/sdk';

/** Every password of the set; each has one use. */
export type CredentialName = 'admin' | 'app' | 'replication' | 'sentinel' | 'sentinel-clients' | 'haproxy';

/** How each comes to be: letters and digits, which no sink needs to escape. */
export const credentials: Readonly<Record<CredentialName, CredentialSpec>> = {
  admin: generated(),
  // The one password of old is what applications have; those who administer get another.
  app: generated({ formerly: ['REDIS_PASSWORD'] }),
  replication: generated(),
  // What Sentinels show to the servers, and what clients and other Sentinels show to a Sentinel.
  sentinel: generated(),
  'sentinel-clients': generated({ formerly: ['REDIS_SENTINEL_PASSWORD'] }),
  haproxy: generated(),
};
