import { Command, fact, Secret, sh, type Fact } from '@keybuzz/sdk';
import { asked, client, joined, login, passwords, type Asked } from './cli.ts';
import type { RedisScope } from './members.ts';
import { replicationOf, type Replication } from './replication.ts';
import { sentinelPasswords } from './sentinel-conf.ts';
import { watchingOf, type Watching } from './watching.ts';

/** What a service says of itself, and its host of it. */
export interface Said {
  /** It runs and lets nobody in with the passwords we have. */
  readonly refuses: boolean;
  /** Users that it knows; none when it does not answer. */
  readonly users: readonly string[];
  /** The build that runs; undefined when it does not answer. */
  readonly running: string | undefined;
  /** The build that is installed. */
  readonly installed: string | undefined;
}

/** What is known of the server of a host. */
export interface ServerSaid extends Said {
  /** Undefined when it does not answer. */
  readonly replication: Replication | undefined;
  /** Settings that it may have been told for a while, by their names. */
  readonly told: Readonly<Record<string, string>>;
  /** Whether it shows its master the password wanted; undefined when it does not answer. */
  readonly showsPassword: boolean | undefined;
  /** Whether it was started with TLS; undefined when it has no settings of ours. */
  readonly tls: boolean | undefined;
  /** `ADDRESS PORT` of whom it will follow when it starts. */
  readonly remembers: string | undefined;
}

/** What is known of the Sentinel of a host. */
export interface SentinelSaid extends Said {
  /** Undefined when it does not answer, or watches no master of that name. */
  readonly watching: Watching | undefined;
  /** It wrote down the passwords wanted, or nothing yet. */
  readonly knowsPasswords: boolean;
}

/** What the server of a host is asked and its host besides, always all of it and by one client: starting one costs more than its questions. */
export function serverSaid(scope: RedisScope): Fact<ServerSaid> {
  return (servers.get(scope) ?? servers.set(scope, askedServer(scope)).get(scope)) as Fact<ServerSaid>;
}

/** The same of the Sentinel. */
export function sentinelSaid(scope: RedisScope): Fact<SentinelSaid> {
  return (sentinels.get(scope) ?? sentinels.set(scope, askedSentinel(scope)).get(scope)) as Fact<SentinelSaid>;
}

// One fact a run, so that what was read of a host answers whoever asks later in the same plan.
const servers = new WeakMap<RedisScope, Fact<ServerSaid>>();
const sentinels = new WeakMap<RedisScope, Fact<SentinelSaid>>();

/** Settings of a server that a hand-over and a switchover change for a while. */
const passing = ['min-replicas-to-write', 'replica-priority'] as const;

function askedServer(scope: RedisScope): Fact<ServerSaid> {
  const server = asked(scope, 'server');
  const { memory, settings: own } = server.layout.server;
  const { replication } = scope.credentials;
  const shown = Secret.of(replication.name, `${JSON.stringify(['masterauth', replication.reveal()])}\n`);
  // What it shows is compared on the host and not told: the last line is kept there.
  const command = sh`read -r shown
${asking(server)}
${new Command('last=${answer##*"$newline"}; answer=${answer%"$newline"*}')}
case $last in "$shown") echo shown ;; '["masterauth"'*) echo other ;; esac
[ ! -r ${memory} ] || while read -r word rest; do [ "$word" != replicaof ] || printf 'replicaof %s\n' "$rest"; done <${memory}
[ ! -r ${own} ] || { speaks=clear; while read -r word rest; do [ "$word" != tls-port ] || speaks=tls; done <${own}; echo "$speaks"; }
printf '\n%s\n' "$answer"`;
  const questions = ['ACL USERS', ...passing.map((key) => `CONFIG GET ${key}`), 'INFO', 'CONFIG GET masterauth'];
  return fact({
    name: 'what the server says',
    command: command.stdin(input(server, { first: shown, questions })),
    anyExit: true,
    parse: ({ stdout }) => {
      const { host, info, answers: [users, ...settings], ...said } = heard(stdout, { before: passwords(server.password).length, answers: 1 + passing.length });
      return {
        ...said,
        users: words(users),
        replication: replicationOf(info),
        told: Object.fromEntries(settings.map((each) => words(each)).flatMap(([key, value]) => (key === undefined || value === undefined ? [] : [[key, value]]))),
        showsPassword: /^(shown|other)$/m.test(host) ? /^shown$/m.test(host) : undefined,
        tls: /^(clear|tls)$/m.test(host) ? /^tls$/m.test(host) : undefined,
        remembers: /^replicaof (.+)$/m.exec(host)?.[1],
      };
    },
  });
}

function askedSentinel(scope: RedisScope): Fact<SentinelSaid> {
  const sentinel = asked(scope, 'sentinel');
  const { config, credentials } = scope;
  const { memory } = sentinel.layout.sentinel;
  const [first, second] = sentinelPasswords(config, credentials).map((line) => Secret.of(line.name, `${line.reveal()}\n`)) as [Secret, Secret];
  const command = sh`read -r first; read -r second
${asking(sentinel)}
left=2; [ ! -r ${memory} ] || while read -r line; do case $line in "$first" | "$second") left=$((left - 1)) ;; esac; done <${memory}
[ -e ${memory} ] && [ "$left" != 0 ] || echo known
printf '\n%s\n' "$answer"`;
  const questions = ['ACL USERS', ...['MASTER', 'REPLICAS', 'SENTINELS'].map((what) => `SENTINEL ${what} ${config.masterName}`), 'INFO'];
  return fact({
    name: 'what Sentinel says',
    command: command.stdin(input(sentinel, { first: joined(first.name, [first, second]), questions })),
    anyExit: true,
    parse: ({ stdout }) => {
      const { host, info, answers: [users, master, replicas, others], ...said } = heard(stdout, { before: passwords(sentinel.password).length, answers: 4 });
      return { ...said, users: words(users), watching: watchingOf({ master, replicas, sentinels: others, info }), knowsPasswords: /^known$/m.test(host) };
    },
  });
}

/**
 * Has the answers in `$answer`, in JSON but for INFO, and prints the version of the program only if another file is installed than the one
 * that runs: starting it costs as much as all questions.
 */
function asking(to: Asked): Command {
  const { program } = to.layout[to.service];
  return sh`newline='
'
answer=$(timeout 5 ${client(to)} -2 --json)
${new Command('pid=${answer#*process_id:}; pid=${pid%%[!0-9]*}')}
if [ "/proc/$pid/exe" -ef ${program} ]; then echo same; else ${program} --version; fi`;
}

function input(to: Asked, { first, questions }: { first: Secret; questions: readonly string[] }): Secret {
  return joined(to.password.name, [first, login(to), Secret.of(to.password.name, questions.map((line) => `${line}\n`).join(''))]);
}

/** What the host printed, an empty line, the answers to the logins and to the questions, and INFO. A service that went away meanwhile has answered nothing. */
function heard(stdout: string, lines: { before: number; answers: number }): Said & { readonly host: string; readonly info: string; readonly answers: readonly unknown[] } {
  const end = `\n${stdout}`.indexOf('\n\n');
  const [host, said] = [stdout.slice(0, end), stdout.slice(end + 1)];
  const [first = '', info = ''] = said.split(/^(?=# Server\r?$)/m);
  const answers = first.split('\n').filter((line) => line !== '').slice(lines.before);
  const running = /^redis_build_id:(\w+)/m.exec(info)?.[1];
  return {
    host,
    info,
    refuses: answers[0]?.startsWith('error:"NOAUTH ') ?? false,
    answers: running !== undefined && answers.length === lines.answers ? answers.map(json) : [],
    users: [],
    running,
    installed: /^same$/m.test(host) ? running : / build=(\w+)/.exec(host)?.[1],
  };
}

/** Errors are no JSON. */
function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function words(answer: unknown): readonly string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}
