import { haproxy } from '@keybuzz/mod-haproxy';
import { directory, file } from '@keybuzz/sdk';
import { fragment } from './fragment.ts';
import { shownOnceTaken } from './known-users.ts';
import type { RedisScope, Wanted } from './members.ts';
import { proxyAuthority } from './tls.ts';

/** Every proxy leads to the master, and to the replicas when that is wanted. */
export async function configureProxies(scope: RedisScope, { members }: Wanted): Promise<void> {
  const { config, credentials } = scope;
  const provided = scope.provided(haproxy);
  const authority = config.tls ? await scope.certificates.authority() : undefined;
  const trusted = authority === undefined ? [] : [directory('/etc/keybuzz'), file(proxyAuthority, authority)];
  await scope.hostsOf(haproxy).each((host) => host.ensure(...trusted, ...provided.fragment('redis', fragment({ proxy: host, members, config, password: credentials.haproxy, authority })).map((each) => shownOnceTaken(each, credentials.haproxy, scope))));
}
