import { absent, banner, certificateDays, directory, file, text, type Fact, type Host, type IssuedCertificate, type Operation } from '@keybuzz/sdk';
import type { RabbitmqScope } from './members.ts';
import { identityPlaces, places } from './places.ts';

/** How Erlang is told to speak TLS with other nodes; the node's tools are told the same. */
export const interNodeArgs = `-proto_dist inet_tls -ssl_dist_optfile ${places.interNode}`;

/** The identity of each host by its name; undefined when nodes speak without TLS. A node is looked for by its short name, so its certificate has that. */
export async function identitiesOf({ cluster, certificates, config }: Pick<RabbitmqScope, 'cluster' | 'certificates' | 'config'>): Promise<ReadonlyMap<string, IssuedCertificate> | undefined> {
  if (!config.interNodeTls) return undefined;
  const issued = async ({ name, address }: Host): Promise<[string, IssuedCertificate]> => [name, await certificates.issue(name, { names: [name], addresses: [address], client: true })];
  return new Map(await Promise.all(cluster.hosts.map((host) => issued(host))));
}

/**
 * The environment of a node with its part in TLS between nodes, or without. Its tools and it go by the environment, and
 * whether TLS is set up is told by its options: they are only there while the environment names them, so that no cut run
 * leaves a node that starts in another way than it seems to.
 */
export function withInterNode(identity: IssuedCertificate | undefined, environment: Operation): readonly Operation[] {
  if (identity === undefined) return [absent(places.interNode), environment];
  return [
    directory(identityPlaces.folder),
    file(identityPlaces.authority, identity.authority),
    file(identityPlaces.certificate, identity.certificate),
    file(identityPlaces.key, identity.key, { owner: 'rabbitmq', mode: 0o400 }),
    environment,
    file(places.interNode, interNodeConf()),
  ];
}

/** How Erlang goes by the identity: both sides of a connection want a certificate of the stack's authority, and the one that calls wants the name it called. */
export function interNodeConf(): string {
  const own = [`{cacertfile, "${identityPlaces.authority}"}`, `{certfile, "${identityPlaces.certificate}"}`, `{keyfile, "${identityPlaces.key}"}`, '{verify, verify_peer}'];
  const side = (name: string, options: readonly string[]): string => `{${name}, [${options.join(', ')}]}`;
  return text`
    ${banner('rabbitmq').replace('#', '%')}
    [
      ${side('server', [...own, '{fail_if_no_peer_cert, true}'])},
      ${side('client', own)}
    ].
  `;
}

/** Whole days until the node's certificate ends; undefined when it has none. */
export const daysLeft: Fact<number | undefined> = certificateDays(identityPlaces.certificate);
