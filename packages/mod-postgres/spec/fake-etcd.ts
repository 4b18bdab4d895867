import { ProgramError, type Call, type CatalogPackage, type Machine } from '@keybuzz/sdk/testing';
import { remember, remembered, runs, type FakeFleet } from './fake-fleet.ts';

const defaults = '/etc/default/etcd';

/** What Patroni keeps in its DCS for good. */
export interface Keys {
  readonly initialize?: string;
  readonly config?: Record<string, unknown>;
}

/** Who leads, for how long yet. */
export interface Lease {
  readonly leader?: string | undefined;
  /** Milliseconds of the fleet's clock. */
  readonly until: number;
}

/** A member as all of them know it. */
interface Known {
  readonly id: string;
  /** '' until it has started once. */
  readonly name: string;
  readonly peer: string;
  readonly started: boolean;
}

type Environment = Readonly<Record<string, string>>;

const owned = { mode: 0o600, owner: 'etcd', group: 'etcd' } as const;
const none: Environment = {};
const read = ({ tree }: Machine): Environment => Object.fromEntries([...tree.textIfAny(defaults).matchAll(/^(\w+)=['"]?(.*?)['"]?$/gm)].map(([, key, value]) => [key, value]));

/** Etcd on every machine that runs it: it answers while more than half of its members do. */
export class FakeEtcd {
  readonly #fleet: FakeFleet;
  /** The next orders are not answered in time, whether they were carried out (`done`) or not (`lost`). */
  unled: ('done' | 'lost')[] = [];

  constructor(fleet: FakeFleet) {
    this.#fleet = fleet;
  }

  /** Members that run with a configuration that was ours when they started; others are clusters of their own on the loopback. */
  get members(): readonly Machine[] {
    return this.#fleet.places.filter(({ machine, address }) => runs(machine, 'etcd.service') && (this.#environment(machine)['ETCD_ADVERTISE_CLIENT_URLS'] ?? '').includes(address)).map(({ machine }) => machine);
  }

  get answers(): boolean {
    return this.members.length > 0 && this.members.length * 2 > this.#known.length;
  }

  /** The newest of all members; the others have it from now on. */
  get keys(): Keys {
    return JSON.parse(this.#newest(this.#file, '{}')) as Keys;
  }

  set keys(keys: Keys) {
    this.#write(this.#file, JSON.stringify(keys), this.#fleet.now);
  }

  get #known(): readonly Known[] {
    return JSON.parse(this.#newest(this.#list, '[]')) as Known[];
  }

  set #known(known: readonly Known[]) {
    this.#write(this.#list, JSON.stringify(known), this.#fleet.now);
  }

  get lease(): Lease {
    return this.members.flatMap((machine) => remembered<Lease>(machine, 'etcd-lease') ?? []).toSorted((a, b) => b.until - a.until)[0] ?? { until: 0 };
  }

  set lease(lease: Lease) {
    for (const machine of this.members) remember(machine, 'etcd-lease', lease);
  }

  readonly #file = '/var/lib/etcd/keybuzz/member/wal/0000000000000000-0000000000000000.wal';
  readonly #list = '/var/lib/etcd/keybuzz/member/members';

  #newest(file: string, none: string): string {
    const found = this.members.flatMap(({ tree }) => tree.find(file) ?? []).toSorted((a, b) => b.mtime - a.mtime)[0];
    const text = found?.type === 'file' ? Buffer.from(found.bytes).toString('utf8') : none;
    this.#write(file, text, found?.mtime ?? 0);
    return text;
  }

  #write(file: string, text: string, mtime: number): void {
    for (const machine of this.members) {
      if (machine.tree.find(this.#file) !== undefined && machine.tree.textIfAny(file) !== text) machine.quietly(() => machine.tree.write(file, text, { ...owned, mtime }));
    }
  }

  /** Why a member without data cannot begin as it is told. */
  #unfit(machine: Machine, environment: Environment): string | undefined {
    const [url, known] = [environment['ETCD_INITIAL_ADVERTISE_PEER_URLS'], this.#known];
    if (machine.tree.find(this.#file) !== undefined || known.length === 0) return undefined;
    const own = known.find(({ peer }) => peer === url);
    if (environment['ETCD_INITIAL_CLUSTER_STATE'] === 'existing') return own?.name === '' ? undefined : 'error validating peerURLs: unmatched member while checking PeerURLs';
    return own === undefined || own.started || own.name === '' ? `member ${own?.id} has already been bootstrapped` : undefined;
  }

  #begin(machine: Machine, environment: Environment): void {
    const { tree } = machine;
    const name = environment['ETCD_NAME'];
    const url = environment['ETCD_INITIAL_ADVERTISE_PEER_URLS'];
    if (tree.find(this.#file) === undefined) {
      const told = environment['ETCD_INITIAL_CLUSTER_STATE'] === 'existing' ? [] : (environment['ETCD_INITIAL_CLUSTER'] ?? '').split(',').map((each): Known => {
        const [other = '', peer = ''] = each.split('=');
        return { id: String(8_000_000_000_000_000_000n + BigInt(/\d+(?=:)/.exec(peer)?.[0] ?? 0)), name: other, peer, started: false };
      });
      for (const folder of ['member', 'member/wal']) if (tree.find(`/var/lib/etcd/keybuzz/${folder}`) === undefined) tree.mkdir(`/var/lib/etcd/keybuzz/${folder}`, { ...owned, mode: 0o700 });
      tree.write(this.#file, '{}', { ...owned, mtime: 0 });
      tree.write(this.#list, JSON.stringify(told), { ...owned, mtime: 0 });
    }
    const known = this.#known;
    if (known.some(({ peer, started }) => peer === url && !started)) this.#known = known.map((each) => (each.peer === url ? { ...each, name: name ?? '', started: true } : each));
  }

  #environment(machine: Machine): Environment {
    return remembered<Environment>(machine, 'etcd') ?? none;
  }

  readonly package: CatalogPackage = {
    version: '3.5.16-4',
    users: [{ name: 'etcd', home: '/var/lib/etcd' }],
    files: { [defaults]: '## etcd(1) daemon options\n' },
    folders: ['/var/lib/etcd'],
    units: [
      {
        name: 'etcd.service',
        reads: [defaults],
        refuses: (machine) => refusal(machine, read(machine)) ?? this.#unfit(machine, read(machine)),
        started: (machine) => {
          const environment = read(machine);
          remember(machine, 'etcd', environment);
          // It answers only once that is there.
          if (environment['ETCD_DATA_DIR'] !== undefined) machine.quietly(() => this.#begin(machine, environment));
        },
        listens: (machine) => {
          const url = /\/\/([\d.]+)/.exec(this.#environment(machine)['ETCD_LISTEN_CLIENT_URLS'] ?? '')?.[1] ?? '127.0.0.1';
          return [2379, 2380].map((port) => ({ protocol: 'tcp', port, address: url }));
        },
      },
    ],
  };

  /** What a member answers over HTTPS in JSON; it cannot know of a majority what it has not. */
  answered(path: string, { key = '' }: { readonly key?: string }): { readonly status: number; readonly stdout: string } {
    if (path === '/health') return { status: 200, stdout: JSON.stringify({ health: String(this.answers), reason: '' }) };
    if (!this.answers) return { status: 503, stdout: '{"error":"etcdserver: request timed out","code":14}' };
    const { initialize, config } = this.keys;
    const name = Buffer.from(key, 'base64').toString('utf8');
    if (path === '/v3/cluster/member/list') return { status: 200, stdout: JSON.stringify({ members: this.#known.map(({ id, name: own, peer, started }) => ({ ID: id, ...(own === '' ? {} : { name: own }), peerURLs: [peer], ...(started ? { clientURLs: [peer.replace(/2380$/, '2379')] } : {}) })) }) };
    if (path !== '/v3/kv/range' || !/\/(initialize|config)$/.test(name)) throw new ProgramError(`the fake etcd does not know ${path} ${name}`, 2);
    const value = name.endsWith('/config') ? (config === undefined ? undefined : JSON.stringify(config)) : initialize;
    return { status: 200, stdout: JSON.stringify(value === undefined ? { header: {} } : { header: {}, kvs: [{ key, ...(value === '' ? {} : { value: Buffer.from(value).toString('base64') }) }], count: '1' }) };
  }

  /** `get KEY`, `del --prefix PREFIX` and `member remove|add`, asked of the member on the machine itself. */
  etcdctl({ machine, args }: Call): string {
    const operands = [...args];
    const option = (name: string): string => operands.splice(operands.indexOf(name), 2)[1] ?? '';
    const [endpoint, ...files] = ['--endpoints', '--cacert', '--cert', '--key'].map(option);
    for (const file of files) if (machine.tree.find(file!) === undefined) throw new ProgramError(`open ${file}: no such file or directory`);
    const [verb, ...words] = operands.filter((each) => !/^--(dial|command)-timeout=/.test(each));
    if (this.#fleet.at(/\/\/([\d.]+):2379$/.exec(endpoint!)?.[1] ?? '')?.machine !== machine || !this.members.includes(machine) || !this.answers) throw new ProgramError('context deadline exceeded');
    if (verb === 'member') return this.#answered(() => this.#membership(machine, words));
    const { initialize, config } = this.keys;
    if (verb === 'get' && words.length === 1 && words[0]!.endsWith('/initialize')) return initialize === undefined ? '' : `${words[0]}\n${initialize}\n`;
    if (verb !== 'del' || words[0] !== '--prefix' || !words[1]!.endsWith('/')) throw new ProgramError(`the fake etcdctl does not know ${operands.join(' ')}`, 2);
    const gone = [initialize, config].filter((each) => each !== undefined).length;
    machine.changing();
    this.keys = {};
    this.lease = { until: 0 };
    return `${gone}\n`;
  }

  #answered(order: () => string): string {
    const fate = this.unled.shift();
    const answer = fate === 'lost' ? '' : order();
    if (fate !== undefined) throw new ProgramError('Error: etcdserver: request timed out');
    return answer;
  }

  #membership(machine: Machine, [verb, ...words]: readonly string[]): string {
    const known = this.#known;
    machine.changing();
    if (verb === 'remove') {
      const left = known.filter(({ id }) => BigInt(id).toString(16) !== words[0]);
      if (left.length === known.length) throw new ProgramError('etcdserver: member not found');
      this.#known = left;
      return `Member ${words[0]} removed from cluster\n`;
    }
    const peer = words[1]?.replace('--peer-urls=', '') ?? '';
    if (verb !== 'add' || known.some((each) => each.peer === peer)) throw new ProgramError(`etcdserver: Peer URLs already exists, or the fake etcdctl does not know member ${verb}`, 2);
    this.#known = [...known, { id: String(9_000_000_000_000_000_000n + BigInt(known.length)), name: '', peer, started: false }];
    return `Member added to cluster\n`;
  }
}

function refusal({ tree }: Machine, environment: Environment): string | undefined {
  for (const key of ['ETCD_CERT_FILE', 'ETCD_KEY_FILE', 'ETCD_TRUSTED_CA_FILE']) {
    const path = environment[key];
    const found = path === undefined ? undefined : tree.find(path);
    if (path !== undefined && found === undefined) return `open ${path}: no such file or directory`;
    if (found !== undefined && found.owner !== 'etcd' && (found.mode & 0o004) === 0) return `open ${path}: permission denied`;
  }
  const folder = environment['ETCD_DATA_DIR'];
  return folder === undefined || tree.find(folder)?.owner === 'etcd' ? undefined : `cannot access data directory: ${folder}`;
}
