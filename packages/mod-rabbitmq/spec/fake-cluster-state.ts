import type { Machine } from '@keybuzz/sdk/testing';

/** A machine of the fleet with what the inventory says of it. */
export interface Place {
  readonly name: string;
  readonly address: string;
  readonly machine: Machine;
}

/** What a cluster keeps, as `/api/definitions` shows it. */
export interface Content {
  users: { name: string; password_hash: string; tags: readonly string[] | string }[];
  vhosts: { name: string; metadata?: Record<string, unknown> }[];
  permissions: { user: string; vhost: string; configure: string; write: string; read: string }[];
  policies: { vhost: string; name: string }[];
  queues: { vhost: string; name: string; type: string; durable: boolean; arguments: Record<string, unknown> }[];
  exchanges: { vhost: string; name: string }[];
  bindings: { vhost: string; source: string; destination: string; destination_type: string; routing_key: string }[];
}

/** What a node's process keeps in memory: gone with a reboot, and no state that two ways to the same end have to agree on. */
export interface Memory {
  readonly cookie: string;
  readonly version: string;
  readonly drained: boolean;
  /** Whether it speaks with others over TLS. */
  readonly tls: boolean;
}

export const unit = 'rabbitmq-server.service';
const cookie = '/var/lib/rabbitmq/.erlang.cookie';
const configuration = '/etc/rabbitmq/rabbitmq.conf';
const owned = { owner: 'rabbitmq', group: 'rabbitmq', mode: 0o640 } as const;
const folder = ({ name }: Place): string => `/var/lib/rabbitmq/mnesia/rabbit@${name}`;

// Every RabbitMQ is born with a user that may do everything; his hash is that of no password of a spec.
const virgin: Content = {
  users: [{ name: 'guest', password_hash: 'AAAAAA==', tags: ['administrator'] }],
  vhosts: [{ name: '/', metadata: { description: 'Default virtual host', tags: [] } }],
  permissions: [{ user: 'guest', vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  policies: [], queues: [], exchanges: [], bindings: [],
};

/** Whether the machine's node and its tools are told to speak TLS with others. */
export function speaksTls({ tree }: Machine): boolean {
  const said = [...tree.textIfAny('/etc/rabbitmq/rabbitmq-env.conf').matchAll(/^(CTL_ERL_ARGS|SERVER_ADDITIONAL_ERL_ARGS)=.*-proto_dist inet_tls -ssl_dist_optfile (\S+?)'?$/gm)];
  return said.length === 2 && said.every(([, , path = '']) => tree.find(path) !== undefined);
}

/** The nodes of a fleet and what they have on their disks. */
export class FakeNodes {
  places: readonly Place[] = [];

  of(machine: Machine): Place {
    return this.places.find((each) => each.machine === machine)!;
  }

  at(address: string): Place | undefined {
    return this.places.find((each) => each.address === address);
  }

  get live(): readonly Place[] {
    return this.places.filter(({ machine }) => machine.units.get(unit)?.active === 'active');
  }

  memory({ machine: { tree } }: Place): Memory {
    return JSON.parse(tree.text('/run/rabbitmq.json')) as Memory;
  }

  remember({ machine }: Place, memory: Memory): void {
    machine.quietly(() => machine.tree.write('/run/rabbitmq.json', JSON.stringify(memory), { mode: 0o600 }));
  }

  /** Names of the hosts that the node of this one knows as members; none while it is virgin. */
  members(place: Place): readonly string[] {
    const { tree } = place.machine;
    if (tree.find(`${folder(place)}/schema.DAT`) === undefined) return [];
    return [...tree.text(`${folder(place)}/cluster_nodes.config`).split('],[')[0]!.matchAll(/rabbit@([\w-]+)/g)].map(([, name]) => name!);
  }

  content(place: Place): Content {
    return JSON.parse(place.machine.tree.text(`${folder(place)}/schema.DAT`)) as Content;
  }

  /** Every member that runs has it; only the machine whose command asked for it counts as changed. */
  change(by: Machine, work: (content: Content) => void): void {
    const content = this.content(this.live.find((each) => this.members(each).length > 0)!);
    work(content);
    for (const list of Object.values(content) as object[][]) list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    by.changing();
    for (const place of this.live) place.machine.quietly(() => place.machine.tree.write(`${folder(place)}/schema.DAT`, JSON.stringify(content, undefined, 1), owned));
  }

  /** Why a node does not start as its machine is. */
  refuses(machine: Machine): string | undefined {
    const place = this.of(machine);
    const { tree } = machine;
    if (tree.textIfAny(`/etc/systemd/system/${unit}.d/keybuzz.conf`).includes(`ConditionPathExists=${configuration}\n`) && tree.find(configuration) === undefined) return 'skipped because of an unmet condition check';
    const found = tree.find(cookie);
    if (found === undefined) return undefined;
    if (found.owner !== 'rabbitmq' || (found.mode & 0o077) !== 0) return `Cookie file ${cookie} must be accessible by owner only`;
    const [deaf] = this.live.filter((each) => each !== place && this.memory(each).tls !== speaksTls(machine));
    if (deaf !== undefined) return `global: Server of rabbit@${deaf.name} refused the handshake`;
    const [other] = this.live.filter((each) => each !== place && this.memory(each).cookie !== tree.text(cookie));
    return other === undefined ? undefined : `Connection attempt from node rabbit@${place.name} rejected. Invalid challenge reply: rabbit@${other.name} has another cookie`;
  }

  /** It is a member: of the cluster it knows, of the one that its peers have, or of one of its own. That is its own doing, which goes on when whoever started it is gone. */
  started(machine: Machine): void {
    machine.quietly(() => this.#joined(machine));
  }

  #joined(machine: Machine): void {
    const place = this.of(machine);
    const others = this.live.filter((each) => each !== place && this.members(each).length > 0);
    const own = this.members(place);
    const members = [...new Set([...own, place.name, ...others.flatMap((each) => this.members(each))])].toSorted();
    const content = others[0] === undefined ? (own.length === 0 ? virgin : this.content(place)) : this.content(others[0]);
    const { tree } = machine;
    if (tree.find(cookie) === undefined) tree.write(cookie, `BORN${place.name.toUpperCase()}`, { ...owned, mode: 0o400 });
    tree.mkdir(folder(place), { ...owned, mode: 0o750, recursive: true });
    const noted = `{[${members.map((name) => `'rabbit@${name}'`).join(',')}],[]}.\n`;
    if (own.join() !== members.join()) tree.write(`${folder(place)}/cluster_nodes.config`, noted, owned);
    tree.write(`${folder(place)}/schema.DAT`, JSON.stringify(content, undefined, 1), owned);
    for (const each of others) each.machine.quietly(() => each.machine.tree.write(`${folder(each)}/cluster_nodes.config`, noted, owned));
    this.remember(place, { cookie: tree.text(cookie), version: machine.packages.get('rabbitmq-server')!.version.replace(/-.*/, ''), drained: false, tls: speaksTls(machine) });
  }
}
