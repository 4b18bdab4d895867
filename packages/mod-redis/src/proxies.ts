import { haproxy } from '@keybuzz/mod-haproxy';
import { fragment } from './fragment.ts';
import { shownOnceTaken } from './known-users.ts';
import type { RedisScope, Wanted } from './members.ts';

/** Every proxy leads to the master, and to the replicas when that is wanted. */
export async function configureProxies(scope: RedisScope, { members }: Wanted): Promise<void> {
  const { config, credentials } = scope;
  const provided = scope.provided(haproxy);
  await scope.hostsOf(haproxy).each((host) => host.ensure(...provided.fragment('redis', fragment({ proxy: host, members, config, password: credentials.haproxy })).map((each) => shownOnceTaken(each, credentials.haproxy, scope))));
}
