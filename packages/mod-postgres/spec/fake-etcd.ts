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

type Environment = Readonly<Record<string, string>>;

const owned = { mode: 0o600, owner: 'etcd', group: 'etcd' } as const;
const none: Environment = {};
const read = ({ tree }: Machine): Environment => Object.fromEntries([...tree.textIfAny(defaults).matchAll(/^(\w+)=['"]?(.*?)['"]?$/gm)].map(([, key, value]) => [key, value]));

/** Etcd on every machine that runs it: it answers while more than half of its members do. */
export class FakeEtcd {
  readonly #fleet: FakeFleet;

  constructor(fleet: FakeFleet) {
    this.#fleet = fleet;
  }

  /** Members that run with a configuration that was ours when they started; others are clusters of their own on the loopback. */
  get members(): readonly Machine[] {
    return this.#fleet.places.filter(({ machine, address }) => runs(machine, 'etcd.service') && (this.#environment(machine)['ETCD_ADVERTISE_CLIENT_URLS'] ?? '').includes(address)).map(({ machine }) => machine);
  }

  get answers(): boolean {
    const [first] = this.members;
    return first !== undefined && this.members.length * 2 > (this.#environment(first)['ETCD_INITIAL_CLUSTER'] ?? '').split(',').length;
  }

  /** The newest of all members; the others have it from now on. */
  get keys(): Keys {
    const known = this.members.flatMap(({ tree }) => tree.find(this.#file) ?? []).toSorted((a, b) => b.mtime - a.mtime)[0];
    const text = known?.type === 'file' ? Buffer.from(known.bytes).toString('utf8') : '{}';
    this.#write(text, known?.mtime ?? 0);
    return JSON.parse(text) as Keys;
  }

  set keys(keys: Keys) {
    this.#write(JSON.stringify(keys), this.#fleet.now);
  }

  get lease(): Lease {
    return this.members.flatMap((machine) => remembered<Lease>(machine, 'etcd-lease') ?? []).toSorted((a, b) => b.until - a.until)[0] ?? { until: 0 };
  }

  set lease(lease: Lease) {
    for (const machine of this.members) remember(machine, 'etcd-lease', lease);
  }

  readonly #file = '/var/lib/etcd/keybuzz/member';

  #write(text: string, mtime: number): void {
    for (const machine of this.members) if (machine.tree.textIfAny(this.#file) !== text) machine.quietly(() => machine.tree.write(this.#file, text, { ...owned, mtime }));
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
        refuses: (machine) => refusal(machine, read(machine)),
        started: (machine) => {
          const environment = read(machine);
          remember(machine, 'etcd', environment);
          const folder = environment['ETCD_DATA_DIR'];
          if (folder !== undefined && machine.tree.find(this.#file) === undefined) machine.tree.write(this.#file, '{}', { ...owned, mtime: 0 });
        },
        listens: (machine) => {
          const url = /\/\/([\d.]+)/.exec(this.#environment(machine)['ETCD_LISTEN_CLIENT_URLS'] ?? '')?.[1] ?? '127.0.0.1';
          return [2379, 2380].map((port) => ({ protocol: 'tcp', port, address: url }));
        },
      },
    ],
  };

  /** `etcdctl get KEY` and `etcdctl del --prefix PREFIX`, asked of the member on the machine itself. */
  etcdctl({ machine, args }: Call): string {
    const operands = [...args];
    const option = (name: string): string => operands.splice(operands.indexOf(name), 2)[1] ?? '';
    const [endpoint, ...files] = ['--endpoints', '--cacert', '--cert', '--key'].map(option);
    for (const file of files) if (machine.tree.find(file!) === undefined) throw new ProgramError(`open ${file}: no such file or directory`);
    const [verb, ...words] = operands.filter((each) => !/^--(dial|command)-timeout=/.test(each));
    if (this.#fleet.at(/\/\/([\d.]+):2379$/.exec(endpoint!)?.[1] ?? '')?.machine !== machine || !this.members.includes(machine) || !this.answers) throw new ProgramError('context deadline exceeded');
    const { initialize, config } = this.keys;
    if (verb === 'get' && words.length === 1 && words[0]!.endsWith('/initialize')) return initialize === undefined ? '' : `${words[0]}\n${initialize}\n`;
    if (verb !== 'del' || words[0] !== '--prefix' || !words[1]!.endsWith('/')) throw new ProgramError(`the fake etcdctl does not know ${operands.join(' ')}`, 2);
    const gone = [initialize, config].filter((each) => each !== undefined).length;
    machine.changing();
    this.keys = {};
    this.lease = { until: 0 };
    return `${gone}\n`;
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
