import { change, Command, fact, fileText, listening, madeOf, operation, sh, type Fact, type OpenHost, type Operation } from '@keybuzz/sdk';
import { situation, type Found, type Situation } from './bootstrap.ts';
import { dataSeen, nothingToStart } from './data-directory.ts';
import { etcdHealthy } from './etcd-health.ts';
import { etcdctl } from './etcd-member.ts';
import { etcdValue } from './etcd-value.ts';
import type { PostgresScope, Wanted } from './members.ts';
import { membersSeen, ownSeen } from './patroni-api.ts';
import { raftFolder } from './patroni-yml.ts';
import { port } from './ports.ts';
import { belonging, namespace, presentSeen } from './present-configuration.ts';

interface About {
  readonly scope: PostgresScope;
  readonly wanted: Wanted;
}

/** The situation of the cluster, all its hosts asked at the same time. Throws Failure `unsafe`. */
export async function findSituation(scope: PostgresScope, wanted: Wanted): Promise<Situation> {
  const { cluster, config, certificates } = scope;
  const authority = await certificates.authority();
  const found = await cluster.each(async (host): Promise<Found> => {
    const api = { host, layout: wanted.layout };
    const [data, members, own, present] = [dataSeen(wanted.layout), membersSeen(api), ownSeen(api), presentSeen(wanted.layout)];
    const [initialized, sockets, etcd, trusted] = [initializedSeen(host, { scope, wanted }), listening(), etcdHealthy(host, wanted.layout), fileText(wanted.layout.tls.authority)];
    const seen = await host.read([data, members, own, present, initialized, sockets, etcd, trusted]);
    const here = seen(sockets).filter(({ protocol, address }) => protocol === 'tcp' && [host.address, '0.0.0.0', '::'].includes(address)).map((socket) => socket.port);
    return { host: host.name, data: seen(data), members: seen(members), own: seen(own), initialized: seen(initialized).by, remembers: seen(initialized).whole, coordinated: config.dcs !== 'etcd' || seen(etcd), authority: seen(trusted), present: seen(present), listens: [port.patroni, port.postgres].filter((each) => here.includes(each)) };
  });
  return situation(found, { hosts: wanted.members.map(({ name }) => name), version: config.version, belonging: belonging(config), authority, plan: scope.mode === 'plan' });
}

/** What the DCS remembers of a bootstrap. */
interface Remembered {
  /** The system identifier of the cluster, '' when its bootstrap was cut, undefined when there was none or nobody can say. */
  readonly by: string | undefined;
  /** It came to its end. */
  readonly whole: boolean;
}

function initializedSeen(host: OpenHost, about: About): Fact<Remembered> {
  const key = `${namespace}${about.scope.config.cluster}/initialize`;
  if (about.scope.config.dcs === 'etcd') return madeOf('initialised by', [etcdValue(host, { layout: about.wanted.layout, key })], (value) => ({ by: value?.trim(), whole: value !== undefined && value.trim() !== '' }));
  return fact({
    name: 'initialised by',
    command: journals(about),
    anyExit: true,
    parse: ({ code, stdout }) => {
      const said = code === 0 && stdout !== '' ? (stdout.split('\n')[1] ?? '').trim() : undefined;
      const whole = said !== undefined && said !== '';
      return { by: whole ? undefined : said, whole };
    },
  });
}

function initializeKey(host: OpenHost, { scope, wanted }: About): Command {
  return etcdctl(host, { layout: wanted.layout, words: ['get', `${namespace}${scope.config.cluster}/initialize`] });
}

/**
 * What Patroni's own Raft has on disk, in lines as etcdctl prints a key: it has no client to ask while it does not run.
 * A cluster that came to its end has its configuration there, in the journal as it is or in the dump, which is compressed.
 */
function journals({ scope }: About): Command {
  const script = sh`cd ${raftFolder} 2>/dev/null && ls | grep -q . || exit 0
echo raft
for each in *; do gzip -cdf "$each" 2>/dev/null; done | grep -qaF ${`${namespace}${scope.config.cluster}/config`} && echo whole || echo`;
  return sh`sh -c ${script.text}`;
}

/** What a cut left of an attempt that never made a cluster is out of the way: moved aside, not deleted. */
export function setAside(host: OpenHost, about: About & { found: Situation }): readonly Operation[] {
  const { scope, wanted, found } = about;
  // The key is the proof that what looks like a cluster is none: it goes last, on the host that needs it.
  const etcd = scope.config.dcs === 'etcd';
  const forget = found.kind === 'virgin' && found.forget && (!etcd || host.name === (found.unfinished.at(-1) ?? wanted.members[0]?.name));
  return [...(found.unfinished.includes(host.name) ? [emptied(host, about)] : []), ...(forget ? [etcd ? forgotten(host, about) : journalsAside(host, about)] : [])];
}

function forgotten(host: OpenHost, about: About): Operation {
  const prefix = `${namespace}${about.scope.config.cluster}/`;
  return operation({
    title: 'the DCS remembers no attempt that was cut',
    look: { initialized: initializedSeen(host, about) },
    change: ({ initialized }) => [initialized.by === '' && change(etcdctl(host, { layout: about.wanted.layout, words: ['del', '--prefix', prefix] }), { summary: `forget ${prefix} in the DCS: no host has data of it`, touches: ['etcd:keys'] })],
  });
}

/** Patroni does not run, and its Raft has nothing: what one member still had the others would learn from it. */
function journalsAside(host: OpenHost, about: About): Operation {
  const line = sh`systemctl stop patroni && cd ${raftFolder} && aside=${raftFolder}-unfinished-$(date +%Y%m%dT%H%M%S) && mkdir -p $aside && find . -mindepth 1 -maxdepth 1 -exec mv -t $aside {} +`;
  return operation({
    title: 'Raft remembers no attempt that was cut',
    look: { initialized: initializedSeen(host, about) },
    change: ({ initialized }) => [initialized.by === '' && change(line, { summary: `move what a cut left in ${raftFolder} aside: no host has data of it`, touches: [`file:${raftFolder}`, 'stopped:patroni.service'] })],
  });
}

function emptied(host: OpenHost, about: About): Operation {
  const { layout } = about.wanted;
  const { dataDirectory } = layout;
  const etcd = about.scope.config.dcs === 'etcd';
  // What looks like a cluster is none as long as the DCS remembers a bootstrap that has not ended, and nothing of one in it.
  const cut = sh`[ ! -e patroni.dynamic.json ] && said=$(${etcd ? initializeKey(host, about) : journals(about)}) && [ "$(printf '%s\n' "$said" | sed -n 2p)" = '' ]`;
  return operation({
    title: `${dataDirectory} is ready for a new member`,
    look: { data: dataSeen(layout), own: ownSeen({ host, layout }), initialized: initializedSeen(host, about) },
    change: ({ data, own, initialized }) => {
      const looksWhole = data.kind === 'cluster' && !data.joined && initialized.by === '';
      // A base backup that is being taken now is unfinished as well.
      if ((data.kind !== 'unfinished' && !looksWhole) || own?.state === 'creating replica') return [];
      const proof = looksWhole ? cut.text : nothingToStart;
      // Once more when nothing can change it any more. The directory itself may be a mount, which cannot be moved: what is in it can.
      const moved = sh`cd ${dataDirectory} && aside=unfinished-$(date +%Y%m%dT%H%M%S) && mkdir -p ../$aside && find . -mindepth 1 -maxdepth 1 ! -name lost+found -exec mv -t ../$aside {} +`;
      const line = sh`systemctl stop patroni && cd ${dataDirectory} && if ${new Command(proof)}; then ${moved}; else echo 'it has become a cluster meanwhile: run this again' >&2; exit 1; fi`;
      return [change(line, { summary: `move what a cut left in ${dataDirectory} aside`, touches: [`file:${dataDirectory}`, 'stopped:patroni.service'] })];
    },
  });
}
