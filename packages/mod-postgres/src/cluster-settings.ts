import { change, fact, Failure, operation, sh, type Command, type Fact, type Host, type OpenHost, type Operation, type Secret } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { dynamicConfiguration, flat, missingFrom, parameters } from './dynamic.ts';
import type { Layout } from './layout.ts';
import { dynamicSeen, leaderOf, membersSeen, ownSeen, type OwnState } from './patroni-api.ts';
import { apiUser } from './patroni-yml.ts';
import { port } from './ports.ts';
import { outdated, patroniPackage, serverInstalled } from './versions.ts';

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
    look: { present: dynamicSeen(api, config), own: ownSeen(api) },
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

const restartFacts = (api: Api) => ({ own: ownSeen(api), server: serverInstalled(api.layout), patroni: patroniPackage });

/** Why a member must be restarted: a parameter waits for it, or what runs is older than what is installed; undefined when it need not. */
function restartReason(found: { own: OwnState | undefined; server: number | undefined; patroni: { readonly version: string | undefined } }): { readonly what: 'patroni' | 'server'; readonly why: string } | undefined {
  const old = outdated(found.own, { server: found.server, patroni: found.patroni.version });
  if (old !== undefined) return { what: old.what, why: `${old.from} runs, ${old.to} is installed` };
  return found.own?.pendingRestart === true ? { what: 'server', why: 'a parameter wants it' } : undefined;
}

/**
 * PostgreSQL of this member was restarted, if a parameter or its new version waits for that, or Patroni with it: once for
 * each `turn` of a rollout, since a replica keeps a value that its leader still has, however often it is restarted.
 * Patroni makes a checkpoint before it stops PostgreSQL.
 */
export function restartedWhenPending(api: Api, turn: string): Operation {
  const { host } = api;
  const touches = `postgresql:restarted ${turn}`;
  return operation({
    title: `PostgreSQL on ${host.name} runs with its parameters, in the version that is installed`,
    look: restartFacts(api),
    change: (found, { touched }) => {
      const reason = restartReason(found);
      if (reason === undefined || touched.includes(touches)) return [];
      const command = reason.what === 'patroni' ? sh`systemctl restart patroni` : ordered(api, { method: 'POST', path: '/restart', body: {}, within: 300 });
      return [change(command, { summary: `restart ${reason.what === 'patroni' ? 'Patroni and ' : ''}PostgreSQL on ${host.name}: ${reason.why}`, touches: [touches], within: 310_000 })];
    },
  });
}

/** Whether a member waits for a restart. */
export async function waitsForRestart(host: OpenHost, layout: Layout): Promise<boolean> {
  const facts = { own: ownSeen({ host, layout }), server: serverInstalled(layout), patroni: patroniPackage };
  const seen = await host.read(Object.values(facts));
  return restartReason({ own: seen(facts.own), server: seen(facts.server), patroni: seen(facts.patroni) }) !== undefined;
}

/** Another member leads, if PostgreSQL of this one must be restarted. */
export function handedOver(api: Api): Operation {
  const { host } = api;
  return operation({
    title: `${host.name} does not lead while it is restarted`,
    look: { ...restartFacts(api), members: membersSeen(api) },
    change: ({ members, ...found }) => [restartReason(found) !== undefined && leaderOf(members) === host.name && change(switchoverTo(api, { leader: host.name }), { summary: `switch over from ${host.name}`, touches: ['patroni:leader'], within: 70_000 })],
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
