import { haproxy } from '@keybuzz/mod-haproxy';
import { file, inTurn, parallel, rolling, serviceRunning, type Act, type Failure, type IssuedCertificate, type OpenHost, type Operation } from '@keybuzz/sdk';
import { administratorThere } from './administrator.ts';
import type { Api } from './api.ts';
import { startNotStale } from './begun-anew.ts';
import type { RabbitmqConfig } from './config.ts';
import { knownToRabbitmq } from './configuration-check.ts';
import { contentAhead, contentWanted, servingHost } from './content-wanted.ts';
import type { CredentialName } from './credentials.ts';
import { foundOn, refuseOtherCookie, refuseOtherTls } from './found.ts';
import { identitiesOf, withInterNode } from './inter-node-tls.ts';
import { wantedOf, type RabbitmqScope, type Wanted } from './members.ts';
import { criticalFor } from './node-facts.ts';
import { places, service } from './places.ts';
import { configureProxy } from './proxies.ts';
import { enabledPlugins, environment, rabbitmqConf } from './rabbitmq-conf.ts';
import { freshNode, revived } from './restart.ts';
import { startOrder } from './situation.ts';
import { epmdBound, supervised } from './supervised.ts';
import { upgraded } from './upgraded.ts';
import { untilWhole } from './waits.ts';
import { watched } from './watch.ts';

interface About {
  readonly scope: RabbitmqScope;
  readonly wanted: Wanted;
  readonly identities: ReadonlyMap<string, IssuedCertificate> | undefined;
}

/** One cluster of all hosts, its users and queues there, and the proxies lead to its nodes. */
export const configure: Act<RabbitmqConfig, CredentialName> = async (scope) => {
  const wanted = wantedOf(scope);
  const proxies = scope.hostsOf(haproxy).each((host) => configureProxy(host, { scope, wanted }));
  const nodes = identitiesOf(scope).then((identities) => configureNodes({ scope, wanted, identities }));
  const outcomes = await Promise.allSettled([nodes, proxies]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason as Failure;
};

async function configureNodes(about: About): Promise<void> {
  const { scope, wanted } = about;
  const { cluster, mode } = scope;
  // In a plan nothing changes who serves.
  const ahead = [...cluster.hosts.map((host) => host.ahead(...member(host, about))), contentAhead(scope)];
  const [found, serving] = await Promise.all([foundOn(scope), mode === 'plan' ? servingHost(scope) : undefined, ...ahead]);
  refuseOtherCookie(found, wanted.members.length);
  refuseOtherTls(found, { wanted: scope.config.interNodeTls, members: wanted.members.length });
  const order = startOrder(found, wanted.members.map(({ name }) => name));
  // A node that is not to be started now is running: it is restarted alone, while the others serve.
  const starting = order.flat();
  await cluster.each(async (host) => void (starting.includes(host.name) && (await host.ensure(...prepared(host, about)))));
  for (const group of order) {
    const hosts = cluster.hosts.filter(({ name }) => group.includes(name));
    await Promise.all(hosts.map((host) => host.ensure(serviceRunning(service, { within: 900_000 }))));
    const [first] = hosts;
    // Whether the cluster is whole is asked as the administrator.
    if (first !== undefined && mode === 'apply') await first.ensure(administratorThere(apiOf(first, about), scope));
  }
  if (starting.length > 0 && mode === 'apply') await untilWhole(scope, wanted);
  // What a plan has told of a node that is to be started is not told again.
  const told = mode === 'plan' ? starting : [];
  await inTurn<unknown>(mode, [
    () => cluster.each(async (host) => void (told.includes(host.name) || (await settled(host, about))), mode === 'plan' ? parallel : rolling()),
    () => contentWanted(scope, { virgin: found.every(({ database }) => database.kind === 'virgin'), serving }),
  ]);
}

function apiOf(host: OpenHost, { scope }: About): Api {
  return { host, password: scope.credentials.admin };
}

/** What a node reads is there. */
function prepared(host: OpenHost, { scope, wanted, identities }: About): readonly Operation[] {
  const { config, credentials } = scope;
  const { members } = wanted;
  return [
    epmdBound(host.address),
    supervised(),
    file(places.cookie, credentials.cookie, { owner: 'rabbitmq', mode: 0o400 }),
    ...withInterNode(identities?.get(host.name), file(places.environment, environment(host, config))),
    file(places.plugins, enabledPlugins(config)),
    file(places.configuration, rabbitmqConf({ host, members, config }), { validate: knownToRabbitmq }),
    startNotStale(),
    watched(host, members),
  ];
}

/** All that makes a member of a cluster that serves. */
function member(host: OpenHost, about: About): readonly Operation[] {
  const api = apiOf(host, about);
  const critical = criticalFor(api);
  return [...prepared(host, about), ...upgraded(api, { config: about.scope.config, critical }), serviceRunning(service, { within: 900_000 }), freshNode(api, critical), revived(api)];
}

/** The node works with its configuration; whoever goes on to the next host finds the cluster whole again. */
async function settled(host: OpenHost, about: About): Promise<void> {
  const { scope, wanted } = about;
  const applied = await host.ensure(...member(host, about));
  if (scope.mode === 'apply' && applied.length > 0) await untilWhole(scope, wanted);
}
