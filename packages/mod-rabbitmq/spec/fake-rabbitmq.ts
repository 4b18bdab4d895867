import { program, ProgramError, withHaproxy, type Call, type Catalog, type FakeCluster, type FakeServer, type FleetOptions, type Machine, type Output } from '@keybuzz/sdk/testing';
import { changed, FakeApi } from './fake-api.ts';
import { FakeNodes, speaksTls, unit, type Content } from './fake-cluster-state.ts';

const configuration = '/etc/rabbitmq/rabbitmq.conf';
const known = /^(cluster_name|cluster_formation\.[a-z_.0-9]+|cluster_partition_handling|raft\.adaptive_failure_detector\.poll_interval|distribution\.listener\.[a-z_.]+|listeners\.tcp\.\d|management\.tcp\.(ip|port)|prometheus\.tcp\.(ip|port)|default_queue_type|queue_leader_locator|deprecated_features\.permit\.\w+|vm_memory_high_watermark\.relative|disk_free_limit\.absolute|heartbeat|consumer_timeout|channel_max|log\.connection\.level|quorum_queue\.continuous_membership_reconciliation\.(enabled|target_group_size)) = \S/;

/** `erl … -extra FILE`: the program that reads a file against the node's schemas. */
function erl({ machine, args }: Call): Partial<Output> {
  const [dashes, file] = args.slice(-2);
  if (args[0] !== '-noinput' || dashes !== '-extra' || !args.join(' ').includes('cuttlefish_schema')) throw new ProgramError('the fake machine knows one Erlang program only', 2);
  const wrong = machine.tree.text(file!).split('\n').filter((line) => line !== '' && !line.startsWith('#') && !known.test(line));
  return wrong.length === 0 ? {} : { code: 1, stderr: wrong.map((line) => `You've tried to set ${line.split(' ')[0]}, but there is no setting with that name.\n`).join('') };
}

function epmd({ tree }: Machine): readonly string[] {
  const settings = tree.textIfAny('/etc/systemd/system/epmd.socket.d/keybuzz.conf');
  return settings === '' ? ['0.0.0.0'] : [...settings.matchAll(/^ListenStream=(\S+):4369$/gm)].map(([, address = '']) => address);
}

/** RabbitMQ on every machine that runs it, one cluster behind HAProxy. A node makes a cluster of its own when no other runs: the real one waits. */
export class FakeRabbitmq {
  readonly nodes = new FakeNodes();
  readonly api = new FakeApi(this.nodes);
  /** How many answers of proxies call a node down after it serves again: they look at it every second. */
  lag = 0;
  /** Nodes that were drained while a proxy called another one down. */
  readonly early: string[] = [];
  readonly #late = new Map<string, number>();

  join(cluster: FakeCluster): FakeCluster {
    this.nodes.places = cluster.hosts.map(({ host, machine }) => ({ name: host, machine, address: cluster.inventory.hosts.find(({ name }) => name === host)!.address }));
    return cluster;
  }

  get options(): FleetOptions {
    const proxy = withHaproxy({ servers: (machine) => this.#servers(machine) });
    return {
      packages: { ...proxy.packages, ...this.#packages },
      programs: [
        ...proxy.programs,
        program('curl', (call) => this.api.run(call), { package: 'curl' }),
        program('erl', erl, { package: 'erlang-base' }),
        program('rabbitmqctl', (call) => this.#ctl(call), { path: '/usr/sbin/rabbitmqctl', package: 'rabbitmq-server' }),
        program('rabbitmq-upgrade', (call) => this.#upgrade(call), { path: '/usr/sbin/rabbitmq-upgrade', package: 'rabbitmq-server' }),
      ],
    };
  }

  #servers(machine: Machine): readonly FakeServer[] {
    if (!(machine.kernel.get('haproxy') ?? '').includes('rabbitmq.cfg')) return [];
    return this.nodes.live.map((place) => ({ backend: 'rabbitmq', server: place.name, status: this.nodes.memory(place).drained ? 'DOWN' : this.#seenBack(place) ? 'UP' : 'DOWN 1/2' }));
  }

  #seenBack({ name }: { name: string }): boolean {
    const left = this.#late.get(name) ?? 0;
    this.#late.set(name, Math.max(left - 1, 0));
    return left === 0;
  }

  #ctl({ machine, args }: Call): Partial<Output> {
    const [quiet, verb, operand = ''] = args;
    if (quiet !== '--quiet' || args.length > 3) throw new ProgramError(`the fake machine does not know rabbitmqctl ${args.join(' ')}`, 64);
    const place = this.nodes.of(machine);
    if (!this.nodes.live.includes(place) || this.nodes.memory(place).tls !== speaksTls(machine)) return { code: 69, stderr: `Error: unable to perform an operation on node 'rabbit@${place.name}'.` };
    if (verb === 'eval' && operand === 'rabbit_maintenance:is_being_drained_local_read(node()).') return { stdout: `${this.nodes.memory(place).drained}\n` };
    if (verb === 'export_definitions' && operand === '-') return { stdout: JSON.stringify(this.nodes.content(place)) };
    if (verb === 'enable_feature_flag') {
      if (!this.api.flags.some(({ name }) => name === operand)) return { code: 65, stderr: `Error: The feature flag "${operand}" is not supported` };
      machine.changing();
      this.api.flags = this.api.flags.map((each) => (each.name === operand ? { ...each, state: 'enabled' } : each));
      return {};
    }
    if (verb !== 'import_definitions') throw new ProgramError(`the fake machine does not know rabbitmqctl ${args.join(' ')}`, 64);
    const found = machine.tree.find(operand);
    if (found?.owner !== 'rabbitmq' || (found.mode & 0o077) !== 0) return { code: 70, stderr: `Error: ${operand}: eacces` };
    const given = JSON.parse(machine.tree.text(operand)) as Pick<Content, 'users' | 'vhosts' | 'permissions'>;
    this.nodes.change(machine, (now) => {
      const put = (path: string, body: object): number => changed(now, { method: 'PUT', path, body: body as Record<string, unknown> });
      for (const { name, metadata = {} } of given.vhosts) put(`/vhosts/${encodeURIComponent(name)}`, metadata);
      for (const { name, ...user } of given.users) put(`/users/${name}`, user);
      for (const { user, vhost, ...permission } of given.permissions) put(`/permissions/${encodeURIComponent(vhost)}/${user}`, permission);
    });
    return {};
  }

  #upgrade({ machine, args }: Call): Partial<Output> {
    const place = this.nodes.of(machine);
    const line = args.join(' ');
    if (line !== '--quiet drain --timeout 60' && line !== '--quiet revive') throw new ProgramError(`the fake machine does not know rabbitmq-upgrade ${line}`, 64);
    if (!this.nodes.live.includes(place)) return { code: 69, stderr: 'Error: unable to perform an operation on the node' };
    machine.changing();
    const drained = line.includes('drain');
    if (drained && [...this.#late.values()].some((left) => left > 0)) this.early.push(place.name);
    this.#late.set(place.name, this.lag);
    this.nodes.remember(place, { ...this.nodes.memory(place), drained });
    return {};
  }

  get #packages(): Catalog {
    const setting = ({ tree }: Machine, key: string): string => new RegExp(`^${key.replaceAll('.', String.raw`\.`)} = (\\S+)`, 'm').exec(tree.textIfAny(configuration))?.[1] ?? '0.0.0.0';
    return {
      curl: {},
      'erlang-base': {},
      'rabbitmq-server': {
        version: '4.0.5-6',
        versions: ['3.12.1-1', '4.2.1-1', '4.2.2-1'],
        depends: ['erlang-base'],
        users: [{ name: 'rabbitmq', home: '/var/lib/rabbitmq' }],
        folders: ['/etc/rabbitmq', '/var/lib/rabbitmq'],
        files: { '/etc/rabbitmq/rabbitmq-env.conf': '#NODENAME=rabbit\n' },
        units: [
          {
            name: unit,
            reads: [configuration, '/etc/rabbitmq/rabbitmq-env.conf', '/etc/rabbitmq/inter_node_tls.config', '/etc/rabbitmq/enabled_plugins', '/var/lib/rabbitmq/.erlang.cookie'],
            refuses: (machine) => this.nodes.refuses(machine),
            started: (machine) => this.nodes.started(machine),
            // Its unit pulls in the socket of the port mapper, which listens where its own drop-in says.
            listens: (machine) => [...epmd(machine).map((address) => ({ protocol: 'tcp' as const, port: 4369, address })), ...[5672, 15_672, 15_692, 25_672].map((port) => ({ protocol: 'tcp' as const, port, address: setting(machine, 'management.tcp.ip') }))],
          },
        ],
      },
    };
  }
}
