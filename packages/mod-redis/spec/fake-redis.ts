import { createHash } from 'node:crypto';
import { program, ProgramError, withHaproxy, type Call, type Catalog, type FakeCluster, type FakeServer, type FleetOptions, type Machine, type Output } from '@keybuzz/sdk/testing';

/** A machine of the fleet with what the inventory says of it. */
interface Place {
  readonly name: string;
  readonly address: string;
  readonly machine: Machine;
}

const folder = '/etc/keybuzz/redis';
type Engine = 'redis' | 'valkey';
const known = /^(include|bind|port|tls-[a-z-]+|protected-mode|aclfile|masteruser|masterauth|replica-announce-ip|replicaof|dir|logfile|tcp-keepalive|timeout|maxmemory|maxmemory-policy|appendonly|appendfsync|save|shutdown-on-sigterm|repl-[a-z-]+|replica-priority|min-replicas-[a-z-]+|sentinel)\b/;

/** One of the two programs: its unit, its own file, and ours. */
interface Kind {
  readonly engine: Engine;
  readonly unit: string;
  readonly memory: string;
  readonly settings: string;
  readonly users: string;
}

const kind = (engine: Engine, about: { unit: string; name: string }): Kind => {
  const { unit, name } = about;
  return { engine, unit: `${engine}-${unit}.service`, memory: `/var/lib/${engine}/${name}.conf`, settings: `${folder}/${name}.conf`, users: `${folder}/${name}-users.acl` };
};
const owned = ({ engine }: Kind): { owner: string; group: string; mode: number } => ({ owner: engine, group: engine, mode: 0o640 });

/** Whether the unit was told to start with our files; before, it starts with those of its package. */
const ours = ({ tree }: Machine, { unit }: Kind): boolean => tree.find(`/etc/systemd/system/${unit}.d/keybuzz.conf`) !== undefined;
const runs = (machine: Machine, each: Kind): boolean => machine.units.get(each.unit)?.active === 'active';

/** Why the program would not start with the file, in its own words. */
function fault({ tree }: Machine, { path, engine }: { path: string; engine: Engine }): string | undefined {
  for (const line of tree.text(path).split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    if (!known.test(line)) return `*** FATAL CONFIG FILE ERROR (Redis 8.0.2) ***\n>>> '${line}'\nBad directive or wrong number of arguments\n`;
    const [word, file = ''] = line.split(' ');
    const read = /^(include|aclfile|tls-(cert|key|ca-cert)-file)$/.test(word ?? '');
    const found = read ? tree.find(file) : undefined;
    if (read && (found === undefined || found.group !== engine || (found.mode & 0o040) === 0)) return `Fatal error, can't open config file '${file}': Permission denied\n`;
  }
  return undefined;
}

function refuses(machine: Machine, each: Kind): string | undefined {
  if (!ours(machine, each)) return undefined;
  const { settings, memory, engine } = each;
  const found = machine.tree.find(memory);
  return found?.owner === engine ? fault(machine, { path: settings, engine }) : `Fatal error, can't open config file '${memory}'`;
}

/** What a process keeps in memory: gone with a reboot. */
function remember(machine: Machine, each: Kind, value: object): void {
  machine.quietly(() => machine.tree.write(`/run/${each.unit}.json`, JSON.stringify(value), { owner: 'root', group: 'root', mode: 0o600 }));
}

interface Running {
  readonly users: string;
  readonly settings: string;
  readonly follows?: string | undefined;
  /** What it was told by CONFIG SET, or has from a file besides. */
  readonly build?: string;
  readonly told?: Readonly<Record<string, string>>;
}

const told = (now: Running, key: string): string => now.told?.[key] ?? new RegExp(`^${key} (\\S+)$`, 'm').exec(now.settings)?.[1] ?? '';

/** An answer as redis-cli prints it; with JSON, INFO stays as it is. */
function printed(answer: string, { line, json }: { line: string; json: boolean }): string {
  if (!json || (line === 'INFO' && answer.startsWith('#'))) return answer;
  const words = answer.split('\n').slice(0, -1);
  if (/^[A-Z]{4,} /.test(answer)) return `error:${JSON.stringify(words[0])}\n`;
  if (/^SENTINEL (REPLICAS|SENTINELS) /.test(line)) return `${JSON.stringify(words.join('\n').split(/^(?=name$)/m).filter(Boolean).map((each) => each.trimEnd().split('\n')))}\n`;
  return `${JSON.stringify(/ GET |^ACL USERS|^SENTINEL MASTER /.test(line) ? words : words[0])}\n`;
}

/** `ACL SETUSER NAME reset RULES`, `ACL DELUSER NAME …` and `ACL USERS`, told to a process. */
function acl(machine: Machine, each: Kind, question: string): string {
  const now = running(machine, each);
  const [, verb, name = '', ...rules] = question.split(' ');
  const users = now.users.split('\n').filter((line) => line !== '');
  if (verb === 'USERS') return users.map((line) => `${line.split(' ')[1]}\n`).join('');
  const meant = verb === 'DELUSER' ? [name, ...rules] : [name];
  const others = users.filter((line) => !meant.includes(line.split(' ')[1] ?? ''));
  remember(machine, each, { ...now, users: [...others, ...(verb === 'SETUSER' ? [`user ${name} ${rules.slice(1).join(' ')}`] : []), ''].join('\n') });
  return verb === 'SETUSER' ? 'OK\n' : '1\n';
}

const running = ({ tree }: Machine, each: Kind): Running => JSON.parse(tree.text(`/run/${each.unit}.json`)) as Running;
const lines = (entries: Readonly<Record<string, string | number>>): string => Object.entries(entries).map(([key, value]) => `${key}\n${value}\n`).join('');

/** Redis and Sentinel on every machine that runs them, behind HAProxy; nobody ever dies for good here, so nobody is voted for. */
export class FakeRedis {
  readonly #engine: Engine;
  readonly #server: Kind;
  readonly #sentinel: Kind;
  /** What `--version` of the installed program and INFO of one that is started say of the build. */
  build = 'ae4d7c971a948f0';
  #places: readonly Place[] = [];
  /** Sentinels besides those of the fleet, as all others know them. */
  strangers: readonly Readonly<Record<string, string>>[] = [];
  /** What a host answers to a line instead of what it would; `gone`: it closes the connection. */
  answering: ((host: string, line: string) => string | undefined) | undefined;

  constructor(engine: Engine = 'redis') {
    this.#engine = engine;
    this.#server = kind(engine, { unit: 'server', name: 'redis' });
    this.#sentinel = kind(engine, { unit: 'sentinel', name: 'sentinel' });
  }

  join(cluster: FakeCluster): FakeCluster {
    this.#places = cluster.hosts.map(({ host, machine }) => ({ name: host, machine, address: cluster.inventory.hosts.find(({ name }) => name === host)!.address }));
    return cluster;
  }

  get options(): FleetOptions {
    const proxy = withHaproxy({ servers: (machine) => this.#servers(machine) });
    return {
      packages: { ...proxy.packages, ...this.#packages },
      programs: [
        ...proxy.programs,
        program(`${this.#engine}-cli`, (call) => this.#cli(call), { package: `${this.#engine}-tools` }),
        program(`${this.#engine}-server`, (call) => this.#tried(call), { package: `${this.#engine}-tools` }),
        program(`${this.#engine}-sentinel`, (call) => this.#tried(call), { package: `${this.#engine}-tools` }),
        program('kill', () => undefined, { package: `${this.#engine}-tools` }),
      ],
    };
  }

  get #live(): readonly Place[] {
    return this.#places.filter(({ machine }) => runs(machine, this.#server) && ours(machine, this.#server));
  }

  #following(address: string): readonly Place[] {
    return this.#live.filter(({ machine }) => running(machine, this.#server).follows === address);
  }

  /** What the checks of HAProxy find, where it has the fragment. */
  #servers(machine: Machine): readonly FakeServer[] {
    if (!(machine.kernel.get('haproxy') ?? '').includes('redis.cfg')) return [];
    return this.#live.flatMap(({ name, address, machine: each }) => {
      const { follows } = running(each, this.#server);
      return [
        { backend: 'redis_master', server: name, status: follows === undefined && this.#following(address).length > 0 ? 'UP' : 'DOWN' },
        { backend: 'redis_replicas', server: name, status: follows === undefined ? 'DOWN' : 'UP' },
      ];
    });
  }

  /** `redis-cli -h 127.0.0.1 -p PORT [--tls --cacert FILE] [-2 --json]`, with commands on its standard input, the first of them AUTH. */
  #cli({ machine, args, stdin }: Call): Partial<Output> {
    if (args[0] === '-s') return machine.tree.find(args[1] ?? '') === undefined ? { code: 1, stderr: `Could not connect to Redis at ${args[1]}: No such file or directory\n` } : { stdout: 'NOAUTH Authentication required.\n\n' };
    const [h, address, p, number, ...how] = args;
    const json = how.splice(how.indexOf('-2') < 0 ? how.length : how.indexOf('-2'), 2).join(' ') === '-2 --json';
    if (h !== '-h' || address !== '127.0.0.1' || p !== '-p' || (how.length > 0 && (how[0] !== '--tls' || how[1] !== '--cacert'))) throw new ProgramError('the fake machine knows redis-cli -h 127.0.0.1 -p PORT [--tls --cacert FILE] [-2 --json] only', 2);
    const asked = number === '6379' ? this.#server : this.#sentinel;
    // With commands on its standard input the real one ends well whatever happens.
    if (!runs(machine, asked)) return { stderr: `Could not connect to Redis at 127.0.0.1:${number}: Connection refused\n` };
    const place = this.#places.find((each) => each.machine === machine)!;
    if (ours(machine, asked) && /^tls-port /m.test(running(machine, asked).settings) !== (how.length > 0)) return { code: 1, stderr: 'Could not negotiate a TLS connection\n' };
    // With the configuration of its package everybody is let in.
    let known = !ours(machine, asked);
    let said = '';
    for (const line of Buffer.from(stdin).toString('utf8').split('\n').filter((each) => each !== '')) {
      const other = this.answering?.(place.name, line);
      if (other === 'gone') return { stdout: said, stderr: 'Error: Server closed the connection\n' };
      const [word, name = '', password = ''] = line.split(' ');
      if (word === 'AUTH') {
        const hash = createHash('sha256').update(password).digest('hex');
        const right = new RegExp(`^user ${name} on (#\\w+ )*#${hash} `, 'm').test(running(machine, asked).users);
        known ||= right;
        said += printed(right ? 'OK\n' : 'WRONGPASS invalid username-password pair or user is disabled.\n\n', { line, json });
      } else said += printed(other ?? (known ? (asked === this.#server ? this.#answer(place, line) : this.#watch(place, line)) : 'NOAUTH Authentication required.\n\n'), { line, json });
    }
    return { stdout: said };
  }

  #answer({ machine, address }: Place, question: string): string {
    const now = running(machine, this.#server);
    const [word, ...rest] = question.split(' ');
    if (question === 'PING') return 'PONG\n';
    if (question === 'INFO') {
      const master = this.#live.find((each) => each.address === now.follows);
      const role = now.follows === undefined ? ['role:master'] : ['role:slave', `master_host:${now.follows}`, `master_link_status:${master === undefined ? 'down' : 'up'}`];
      return ['# Server', ...(this.#engine === 'valkey' ? ['redis_version:7.2.4', 'server_name:valkey', 'valkey_version:8.1.1'] : ['redis_version:8.0.2']), `redis_build_id:${now.build}`, '# Memory', 'used_memory:1000000', 'maxmemory:2000000000', '# Replication', ...role, `connected_slaves:${this.#following(address).length}`, ''].join('\r\n');
    }
    if (word === 'REPLICAOF') remember(machine, this.#server, { ...now, follows: rest[0] });
    else if (question === 'CONFIG REWRITE') machine.tree.write(this.#server.memory, now.follows === undefined ? '# rewritten\n' : `# rewritten\nreplicaof ${now.follows} 6379\n`, owned(this.#server));
    else if (word === 'CONFIG' && rest[0] === 'GET' && rest[1] !== undefined) return lines({ [rest[1]]: told(now, rest[1]) });
    else if (word === 'CONFIG' && rest[0] === 'SET') remember(machine, this.#server, { ...now, told: { ...now.told, [rest[1] ?? '']: rest[2] ?? '' } });
    else if (word === 'ACL') return acl(machine, this.#server, question);
    else throw new ProgramError(`the fake redis does not know ${question}`, 2);
    return 'OK\n';
  }

  #watch({ machine, name: own }: Place, question: string): string {
    if (question.startsWith('ACL ')) return acl(machine, this.#sentinel, question);
    const text = machine.tree.text(this.#sentinel.memory);
    const set = /^SENTINEL (?:CONFIG )?SET (?:\S+ )?(auth-pass|sentinel-pass) (\S+)$/.exec(question);
    if (set !== null) {
      machine.tree.write(this.#sentinel.memory, text.replace(new RegExp(`^(sentinel ${set[1]} .*?)\\S+$`, 'm'), `$1${set[2]}`), owned(this.#sentinel));
      return 'OK\n';
    }
    const of = (key: string): string => new RegExp(`^sentinel ${key} \\S+ (\\S+)`, 'm').exec(text)?.[1] ?? '';
    const [, name = '', ip = '', port = '', quorum = ''] = /^sentinel monitor (\S+) (\S+) (\S+) (\S+)$/m.exec(text) ?? [];
    const times = Object.fromEntries(['down-after-milliseconds', 'failover-timeout', 'parallel-syncs'].map((key) => [key, of(key)]));
    if (question === 'PING') return 'PONG\n';
    if (question === 'INFO') return `# Server\r\nredis_build_id:${running(machine, this.#sentinel).build}\r\n# Sentinel\r\nsentinel_tilt:0\r\n`;
    if (question === `SENTINEL MASTER ${name}`) return lines({ name, ip, port, flags: 'master', 'config-epoch': 0, quorum, ...times });
    if (question === `SENTINEL REPLICAS ${name}`) return this.#following(ip).map((each) => lines({ name: `${each.address}:6379`, ip: each.address, flags: 'slave', 'role-reported': 'slave', 'slave-priority': told(running(each.machine, this.#server), 'replica-priority') })).join('');
    if (question === `SENTINEL GET-MASTER-ADDR-BY-NAME ${name}`) return `${ip}\n${port}\n`;
    if (question === `SENTINEL FAILOVER ${name}`) return this.#failover(ip);
    if (question === `SENTINEL SENTINELS ${name}`) return this.#places.filter((each) => each.name !== own && runs(each.machine, this.#sentinel) && ours(each.machine, this.#sentinel)).map((each) => lines({ name: each.name, ip: each.address, flags: 'sentinel' })).concat(this.strangers.map(lines)).join('');
    if (question === `SENTINEL RESET ${name}`) {
      this.strangers = this.strangers.filter(({ flags }) => flags === 'sentinel');
      return '1\n';
    }
    throw new ProgramError(`the fake sentinel does not know ${question}`, 2);
  }

  /** `redis-server --version`, or `redis-server FILE --unixsocket PATH … --daemonize yes` beside the real one, which tells what is wrong with the file or answers there. */
  #tried({ machine, args }: Call): Partial<Output> {
    if (args[0] === '--version') return { stdout: `Redis server v=8.0.2 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=${this.build}\n` };
    const wrong = fault(machine, { path: args[0] ?? '', engine: this.#engine });
    if (wrong !== undefined) return { code: 1, stdout: wrong };
    machine.quietly(() => machine.tree.write(args[args.indexOf('--unixsocket') + 1] ?? '', ''));
    return {};
  }

  /** The one with the lowest priority leads, the other replicas follow it, and every Sentinel says so; the old master has still to be told. */
  #failover(before: string): string {
    const replicas = this.#following(before).toSorted((a, b) => Number(told(running(a.machine, this.#server), 'replica-priority')) - Number(told(running(b.machine, this.#server), 'replica-priority')));
    const [chosen, ...others] = replicas;
    if (chosen === undefined) return 'NOGOODSLAVE No suitable replica to promote\n';
    const follow = ({ machine }: Place, whom: string | undefined): void => {
      remember(machine, this.#server, { ...running(machine, this.#server), follows: whom });
      machine.tree.write(this.#server.memory, whom === undefined ? '# rewritten\n' : `# rewritten\nreplicaof ${whom} 6379\n`, owned(this.#server));
    };
    follow(chosen, undefined);
    for (const each of others) follow(each, chosen.address);
    for (const { machine } of this.#places.filter((each) => runs(each.machine, this.#sentinel) && ours(each.machine, this.#sentinel))) {
      machine.tree.write(this.#sentinel.memory, machine.tree.text(this.#sentinel.memory).replace(/^(sentinel monitor \S+) \S+/m, `$1 ${chosen.address}`), owned(this.#sentinel));
    }
    return 'OK\n';
  }

  get #packages(): Catalog {
    return {
    [`${this.#engine}-tools`]: { users: [{ name: this.#engine, home: `/var/lib/${this.#engine}` }], folders: [`/var/lib/${this.#engine}`, `/etc/${this.#engine}`] },
    [`${this.#engine}-server`]: this.#package(this.#server, 6379),
    [`${this.#engine}-sentinel`]: this.#package(this.#sentinel, 26_379),
    };
  }

  #package(each: Kind, number: number): Catalog[string] {
    return {
      version: '5:8.0.2-3+deb13u3',
      depends: [`${this.#engine}-tools`],
      units: [
        {
          name: each.unit,
          reads: [each.settings, each.users, `${folder}/replication.conf`],
          refuses: (machine) => refuses(machine, each),
          started: (machine) => started(machine, { ...each, build: this.build }),
          listens: (machine) => (ours(machine, each) ? (/^bind (.+)$/m.exec(running(machine, each).settings)?.[1] ?? '').split(' ') : ['127.0.0.1']).map((address) => ({ protocol: 'tcp', port: number, address })),
        },
      ],
    };
  }
}

/** It has read what it was told to, and what it remembers. */
function started(machine: Machine, { build, ...each }: Kind & { build: string }): void {
  if (!ours(machine, each)) return remember(machine, each, { users: '', settings: '', build });
  const { tree } = machine;
  return remember(machine, each, { build, told: each.unit.endsWith('-server.service') ? { masterauth: /^masterauth (\S+)/m.exec(tree.text(`${folder}/replication.conf`))?.[1] } : {}, users: tree.text(each.users), settings: tree.text(each.settings), follows: /^replicaof (\S+)/m.exec(tree.text(each.memory))?.[1] });
}
