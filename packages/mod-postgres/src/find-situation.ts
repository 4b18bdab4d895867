import { change, fact, operation, sh, type Fact, type OpenHost, type Operation } from '@keybuzz/sdk';
import { situation, type Found, type Situation } from './bootstrap.ts';
import { dataSeen } from './data-directory.ts';
import { etcdTls } from './etcd.ts';
import type { PostgresScope, Wanted } from './members.ts';
import { membersSeen, ownSeen } from './patroni-api.ts';
import { port } from './ports.ts';

/** The situation of the cluster, all its hosts asked at the same time. Throws Failure `unsafe`. */
export async function findSituation(scope: PostgresScope, wanted: Wanted): Promise<Situation> {
  const { cluster, config } = scope;
  const found = await cluster.each(async (host): Promise<Found> => {
    const [data, members, initialized] = [dataSeen(wanted.layout), membersSeen({ host, layout: wanted.layout }), initializedSeen(host, { scope, wanted })];
    const seen = await host.read([data, members, initialized]);
    return { host: host.name, data: seen(data), members: seen(members), initialized: seen(initialized) };
  });
  return situation(found, { hosts: wanted.members.map(({ name }) => name), version: config.version });
}

/** Who made the cluster, as the DCS remembers: its system identifier, '' when that was cut, undefined when nobody did or can say. */
function initializedSeen(host: OpenHost, { scope, wanted }: { scope: PostgresScope; wanted: Wanted }): Fact<string | undefined> {
  const { config } = scope;
  return fact({
    name: 'initialised by',
    // Patroni's Raft has no client of its own: what it knows shows in the answers of Patroni.
    command: config.dcs === 'etcd' ? etcdctl(host, { wanted, words: ['get', `/keybuzz/${config.cluster}/initialize`] }) : sh`:`,
    anyExit: true,
    parse: ({ code, stdout }) => (code === 0 && stdout !== '' ? (stdout.split('\n')[1] ?? '').trim() : undefined),
  });
}

function etcdctl(host: OpenHost, { wanted, words }: { wanted: Wanted; words: readonly string[] }) {
  const { authority, certificate, key } = etcdTls(wanted.layout);
  return sh`ETCDCTL_API=3 etcdctl --dial-timeout=2s --command-timeout=4s --endpoints ${`https://${host.address}:${port.etcdClient}`} --cacert ${authority} --cert ${certificate} --key ${key} ${words}`;
}

/** What a cut left of an attempt that never made a cluster is out of the way: moved aside, not deleted. */
export function setAside(host: OpenHost, about: { scope: PostgresScope; wanted: Wanted; found: Situation }): readonly Operation[] {
  const { scope, wanted, found } = about;
  const unfinished = found.unfinished.includes(host.name);
  const forget = found.kind === 'virgin' && found.forget && host.name === wanted.members[0]?.name;
  const prefix = `/keybuzz/${scope.config.cluster}/`;
  return [
    ...(unfinished ? [emptied(host, wanted)] : []),
    ...(forget
      ? [operation({
          title: 'the DCS remembers no attempt that was cut',
          look: { initialized: initializedSeen(host, about) },
          change: ({ initialized }) => [initialized === '' && change(etcdctl(host, { wanted, words: ['del', '--prefix', prefix] }), { summary: `forget ${prefix} in the DCS: no host has data of it`, touches: ['etcd:keys'] })],
        })]
      : []),
  ];
}

function emptied(host: OpenHost, { layout }: Wanted): Operation {
  const { dataDirectory } = layout;
  return operation({
    title: `${dataDirectory} is ready for a new member`,
    look: { data: dataSeen(layout), own: ownSeen({ host, layout }) },
    change: ({ data, own }) => [
      // A base backup that is being taken now is unfinished as well.
      data.kind === 'unfinished' && own?.state !== 'creating replica' &&
        // The directory itself may be a mount, which cannot be moved: what is in it can.
        change(sh`systemctl stop patroni && cd ${dataDirectory} && aside=unfinished-$(date +%Y%m%dT%H%M%S) && mkdir -p ../$aside && find . -mindepth 1 -maxdepth 1 ! -name lost+found -exec mv -t ../$aside {} +`, { summary: `move what a cut left in ${dataDirectory} aside`, touches: [`file:${dataDirectory}`, 'stopped:patroni.service'] }),
    ],
  });
}
