import { change, Failure, operation, sh, type Fact, type Operation } from '@keybuzz/sdk';
import { answered, type Api } from './api.ts';
import type { RabbitmqScope } from './members.ts';
import { user } from './credentials.ts';

// The tool reads a file only: Debian's wrapper keeps standard input from it. Nobody but the service may read the file, and it is gone afterwards.
const definitions = '/run/keybuzz-rabbitmq.json';
const imported = sh`install -o rabbitmq -g rabbitmq -m 0600 /dev/stdin ${definitions} && timeout 60 rabbitmqctl --quiet import_definitions ${definitions}; code=$?; rm -f ${definitions}; exit $code`;

/** How the node answers the administrator: 200, 401 when it does not know his password, 0 when it does not serve. */
export function signedIn(api: Api): Fact<number> {
  return answered('the administrator', api, { path: '/whoami', parse: ({ status }) => status });
}

/**
 * The administrator can sign in. Where he cannot, his definition with the hash of his password is read in by the
 * node's own tool: once in a new cluster (`virgin` while it is only planned), and after his password was changed.
 */
export function administratorThere(api: Api, { credentials, config }: Pick<RabbitmqScope, 'credentials' | 'config'>, { virgin = false } = {}): Operation {
  const [vhost = '/'] = config.vhosts;
  const wanted = {
    vhosts: [{ name: vhost, metadata: { default_queue_type: 'quorum' } }],
    users: [{ name: user.admin, password_hash: credentials['admin-hash'].reveal(), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: ['administrator'] }],
    permissions: [{ user: user.admin, vhost, configure: '.*', write: '.*', read: '.*' }],
  };
  return operation({
    title: `${user.admin} can sign in`,
    look: { status: signedIn(api) },
    change: ({ status }) => {
      if (status !== 200 && status !== 401 && !virgin) throw new Failure('failed', `the management API of ${api.host.name} ${status === 0 ? 'does not answer' : `answers ${status}`}`, { host: api.host.name, next: 'keybuzz health --only rabbitmq' });
      return [status !== 200 && change(imported.stdin(JSON.stringify(wanted)), { summary: `make ${user.admin} the administrator, or give him his password`, touches: [`user:${user.admin}`] })];
    },
  });
}
