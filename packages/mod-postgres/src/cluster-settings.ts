import { change, fact, Failure, operation, sh, type Command, type Fact, type Host, type Operation, type Secret } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { dynamicConfiguration, flat, missingFrom, parameters } from './dynamic.ts';
import type { Layout } from './layout.ts';
import { dynamicSeen, leaderOf, membersSeen, ownSeen } from './patroni-api.ts';
import { apiUser } from './patroni-yml.ts';
import { port } from './ports.ts';

interface Api {
  readonly host: Host;
  readonly layout: Layout;
  readonly password: Secret;
}

/** A request that changes something: it is signed in, by a file of curl that only its standard input has. */
function ordered({ host, layout, password }: Api, about: { method: string; path: string; body: unknown; within: number }): Command {
  const { method, path, body, within } = about;
  const url = `https://${host.address}:${port.patroni}${path}`;
  const quoted = (value: string): string => `"${value.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;
  const lines = [`user = ${quoted(`${apiUser}:${password.reveal()}`)}`, `data = ${quoted(JSON.stringify(body))}`, ''];
  return sh`curl --silent --show-error --fail-with-body --max-time ${within} --cacert ${layout.tls.authority} --header ${'Content-Type: application/json'} --request ${method} --config - ${url}`.stdin(lines.join('\n'));
}

/** The dynamic configuration in the DCS has everything this module wants; what others put there besides stays. */
export function dynamicAsWanted(api: Api, config: PostgresConfig): Operation {
  return operation({
    title: 'the cluster is configured as wanted',
    look: { present: dynamicSeen(api), own: ownSeen(api) },
    change: ({ present, own }) => {
      const missing = present === undefined || own === undefined ? undefined : missingFrom(present, dynamicConfiguration({ config, layout: api.layout, patroni: own.patroni }));
      if (missing === undefined) return [];
      const lines = flat(missing);
      return [change(ordered(api, { method: 'PATCH', path: '/config', body: missing, within: 10 }), {
        summary: `configure the cluster: ${lines.join(', ')}`,
        touches: ['patroni:configuration'],
        difference: { kind: 'value', what: lines.map((line) => line.split(' = ')[0]).join(', '), from: 'other values', to: lines.map((line) => line.split(' = ')[1]).join(', ') },
      })];
    },
  });
}

/**
 * PostgreSQL of this member was restarted, if a parameter waits for that: once for each `turn` of a rollout, since a
 * replica keeps a value that its leader still has, however often it is restarted.
 */
export function restartedWhenPending(api: Api, turn: string): Operation {
  const { host } = api;
  const touches = `postgresql:restarted ${turn}`;
  return operation({
    title: `PostgreSQL on ${host.name} runs with its parameters`,
    look: { own: ownSeen(api) },
    change: ({ own }, { touched }) => [
      own?.pendingRestart === true && !touched.includes(touches) && change(ordered(api, { method: 'POST', path: '/restart', body: { restart_pending: true }, within: 300 }), { summary: `restart PostgreSQL on ${host.name}: a parameter wants it`, touches: [touches], within: 310_000 }),
    ],
  });
}

/** Another member leads, if PostgreSQL of this one must be restarted. */
export function handedOver(api: Api): Operation {
  const { host } = api;
  return operation({
    title: `${host.name} does not lead while it is restarted`,
    look: { own: ownSeen(api), members: membersSeen(api) },
    change: ({ own, members }) => [own?.pendingRestart === true && leaderOf(members) === host.name && change(switchoverTo(api, { leader: host.name }), { summary: `switch over from ${host.name}`, touches: ['patroni:leader'], within: 70_000 })],
  });
}

/** Another member leads: the named one, or the best of the replicas. */
export function switchoverTo(api: Api, { leader, candidate }: { leader: string; candidate?: string }): Command {
  return ordered(api, { method: 'POST', path: '/switchover', body: { leader, ...(candidate === undefined ? {} : { candidate }) }, within: 60 });
}

const parameterNames = (layout: Layout): Fact<ReadonlySet<string>> =>
  fact({ name: 'parameters of PostgreSQL', command: sh`runuser -u postgres -- ${layout.binDirectory}/postgres --describe-config | cut -f 1`, anyExit: true, parse: ({ stdout }) => new Set(stdout.split('\n').filter(Boolean)) });

/** Refuses parameters that this PostgreSQL does not have; those with a dot are an extension's own business. */
export function parametersKnown(config: PostgresConfig, layout: Layout): Operation {
  return operation({
    title: 'PostgreSQL knows every parameter',
    look: { known: parameterNames(layout) },
    change: ({ known }) => {
      const unknown = known.size === 0 ? [] : Object.keys(parameters(config, layout)).filter((name) => !name.includes('.') && !known.has(name));
      if (unknown.length > 0) throw new Failure('badConfig', `postgres.parameters: PostgreSQL ${config.version} has no parameter ${unknown.join(', ')}`, { next: `edit use(postgres, …) in the stack; the names are in: psql -c 'show all'` });
      return [];
    },
  });
}
