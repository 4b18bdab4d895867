import { change, Failure, operation, type Fact, type Operation } from '@keybuzz/sdk';
import { ordered, type Api } from './api.ts';
import { wantedThings, type Definitions, type Thing } from './definitions.ts';
import type { RabbitmqScope } from './members.ts';

/** Virtual hosts, users, permissions, policies, exchanges, queues and bindings are as wanted; what others made besides stays, save the user that every RabbitMQ is born with. */
export function contentThere(api: Api, { config, credentials }: Pick<RabbitmqScope, 'config' | 'credentials'>, seen: Fact<Definitions>): Operation {
  const things = wantedThings(config, { admin: credentials['admin-hash'], app: credentials['app-hash'] });
  return operation({
    title: 'users, virtual hosts and queues are as wanted',
    look: { now: seen },
    change: ({ now }) => {
      const lacking = things.flatMap((thing) => {
        const why = thing.lacking(now);
        return why === undefined ? [] : [{ thing, why }];
      });
      const stuck = lacking.filter(({ thing, why }) => why === 'other' && thing.fixed === true).map(({ thing }) => thing.what);
      if (stuck.length > 0) throw asItIs(stuck);
      return [
        ...lacking.map(({ thing, why }) => made(api, thing, why)),
        now.users.some(({ name }) => name === 'guest') && change(ordered(api, { method: 'DELETE', path: '/users/guest' }), { summary: 'delete the user guest', touches: ['user:guest'] }),
      ];
    },
  });
}

function made(api: Api, { what, path, method = 'PUT', body }: Thing, why: 'absent' | 'other') {
  return change(ordered(api, { method, path, body }), {
    summary: `${why === 'absent' ? 'create' : 'change'} ${what}`,
    touches: [`rabbitmq:${what}`],
    difference: { kind: 'value', what, from: why === 'absent' ? 'nothing' : 'another', to: 'as wanted' },
  });
}

function asItIs(stuck: readonly string[]): Failure {
  const [first = ''] = stuck;
  return new Failure('unsafe', `wanted ${stuck.join(', ')}, but what is there by that name is of another kind, which RabbitMQ cannot change; its messages were left alone`, {
    next: `move its messages to a queue of the wanted kind (a shovel does it), delete the old ${first.split(' ')[0] ?? ''}, and run this again`,
  });
}
