import type { Catalog, Socket } from '../machine/catalog.ts';
import type { Machine } from '../machine/machine.ts';
import { program, ProgramError, type Call, type Program } from '../machine/program.ts';

const mainFile = '/etc/haproxy/haproxy.cfg';
const fragments = '/etc/haproxy/conf.d';
const runtimeSocket = '/run/haproxy/admin.sock';

const sections = ['global', 'defaults', 'userlist', 'frontend', 'backend', 'listen'];
const keywords = [
  'log', 'chroot', 'user', 'group', 'maxconn', 'hard-stop-after', 'stats', 'server-state-file', 'load-server-state-from-file', 'setenv', 'ssl-default-bind-options', 'ssl-default-server-options', 'mode', 'option', 'retries', 'timeout', 'default-server', 'bind', 'http-request',
  'default_backend', 'balance', 'server', 'tcp-check', 'http-check', 'acl', 'use_backend',
];

/** The lines of a file that count, with their numbers. Throws as `haproxy -c` does at what it does not know. */
function statements(machine: Machine, path: string): readonly string[] {
  let section = '';
  return machine.tree.text(path).split('\n').map((line) => line.replace(/#.*/, '').trim()).flatMap((line, at) => {
    if (line === '') return [];
    const [word = ''] = line.split(/\s+/);
    if (sections.includes(word)) section = word;
    else if (section === '') throw new ProgramError(`config : parsing [${path}:${at + 1}] : unknown keyword '${word}' out of section.`);
    else if (word === 'default-server') refuseMissing(machine, { line, at: `${path}:${at + 1}` });
    else if (!keywords.includes(word)) throw new ProgramError(`config : parsing [${path}:${at + 1}] : unknown keyword '${word}' in '${section}' section`);
    return [line];
  });
}

function refuseMissing({ tree }: Machine, { line, at }: { line: string; at: string }): void {
  const authority = / ca-file (\S+)/.exec(line)?.[1];
  if (authority !== undefined && tree.find(authority) === undefined) throw new ProgramError(`config : parsing [${at}] : 'ca-file' : unable to load ${authority}`);
}

function filesOf({ tree }: Machine, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => (tree.find(path)?.type === 'directory' ? tree.names(path).filter((name) => /^[^.].*\.cfg$/.test(name)).toSorted().map((name) => `${path}/${name}`) : [path]));
}

function haproxy({ machine, args }: Call): string {
  const split = args.includes('--') ? args.indexOf('--') : args.length;
  const named = args.slice(0, split).flatMap((each, i, all) => (all[i - 1] === '-f' ? [each] : []));
  if (args[0] !== '-c' || named.length === 0) throw new ProgramError('the fake machine knows haproxy -c -f … only', 2);
  const proxies = filesOf(machine, [...named, ...args.slice(split + 1)]).flatMap((path) => statements(machine, path)).filter((line) => /^(frontend|backend|listen) /.test(line));
  const twice = proxies.find((line, at) => proxies.indexOf(line) < at);
  if (twice !== undefined) throw new ProgramError(`config : '${twice}' has the same name as another one`);
  return 'Configuration file is valid\n';
}

/** The files that the unit's command line names. */
function configured(machine: Machine): readonly string[] {
  const extra = machine.tree.find('/etc/default/haproxy') === undefined ? '' : machine.tree.text('/etc/default/haproxy');
  return filesOf(machine, extra.includes(`-f ${fragments}`) ? [mainFile, fragments] : [mainFile]);
}

const live = (machine: Machine): readonly string[] => configured(machine).flatMap((path) => statements(machine, path));

function refuses(machine: Machine): string | undefined {
  try {
    live(machine);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

// A process number is no state that two ways to the same end have to agree on.
const pids = new WeakMap<Machine, number>();

/** What the process knows of itself: it stays so until it is reloaded. */
function started(machine: Machine): void {
  pids.set(machine, (pids.get(machine) ?? 1000) + 1);
  const variables = live(machine).filter((line) => line.startsWith('setenv ')).map((line) => line.replace(/^setenv (\S+) /, '$1='));
  machine.setKernel('haproxy', ['CurrConns: 3', `HAPROXY_CFGFILES=${configured(machine).join(';')}`, ...variables, ''].join('\n'));
}

function listens(machine: Machine): readonly Socket[] {
  return live(machine).filter((line) => line.startsWith('bind ')).map((line) => {
    const [, address = '', port = ''] = /^bind (\S*):(\d+)/.exec(line) ?? [];
    return { protocol: 'tcp', port: Number(port), address: address || '0.0.0.0' };
  });
}

/** A server of a backend, as HAProxy would see it now. */
export interface FakeServer {
  readonly backend: string;
  readonly server: string;
  /** As HAProxy writes it, such as `UP` or `DOWN`. */
  readonly status: string;
}

type Servers = (machine: Machine) => readonly FakeServer[];

/** The client of the runtime socket. */
function perl({ machine, args }: Call, servers: Servers): string {
  const [, , socket, question] = args;
  if (args[0] !== '-e' || socket !== runtimeSocket) throw new ProgramError('the fake machine knows one perl script only', 2);
  if (machine.units.get('haproxy.service')?.active !== 'active') throw new ProgramError('No such file or directory', 111);
  if (question === 'show stat -1 4 -1') return `# pxname,svname,scur,status,check_status,\n${servers(machine).map(({ backend, server, status }) => `${backend},${server},0,${status},L7OK,\n`).join('')}`;
  if (question === 'show env' || question === 'show info') return `Pid: ${pids.get(machine) ?? 0}\n${machine.kernel.get('haproxy') ?? ''}`;
  throw new ProgramError(`the fake haproxy does not know ${question}`, 2);
}

const catalog: Catalog = {
  haproxy: {
    version: '3.0.11-1',
    files: { [mainFile]: 'global\n  maxconn 100\n', '/etc/default/haproxy': '#EXTRAOPTS="-de -m 16"\n' },
    users: [{ name: 'haproxy' }],
    units: [{ name: 'haproxy.service', reads: [mainFile, fragments, '/etc/default/haproxy'], reloads: true, refuses, started, listens }],
  },
};

/** Machines whose archive has a HAProxy that judges its configuration, and tells what it has read and how it sees its servers. */
export function withHaproxy({ servers = () => [] }: { servers?: Servers } = {}): { readonly packages: Catalog; readonly programs: readonly Program[] } {
  return { packages: catalog, programs: [program('haproxy', haproxy, { path: '/usr/sbin/haproxy', package: 'haproxy' }), program('perl', (call) => perl(call, servers))] };
}
