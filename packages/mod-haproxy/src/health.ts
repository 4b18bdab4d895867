import { asFailure, fact, unitState, type Fact, type OpenHost, type Probe, type Scope, type Seen } from '@keybuzz/sdk';
import { backendStates, type BackendState } from './backend-states.ts';
import type { HaproxyConfig } from './config.ts';
import { filesOnDisk, loaded, onDisk } from './loaded.ts';
import { exactly } from './probes.ts';
import { ask } from './runtime.ts';

/** How the proxies are: one round trip a host, nothing changed, never a throw. Which servers ought to be up is known to the modules that own the backends. */
export async function hostsHealth({ cluster, config }: Scope<HaproxyConfig, string>): Promise<readonly Probe[]> {
  const answers = await Promise.all(cluster.hosts.map((host) => hostHealth(host, config)));
  return answers.flat();
}

async function hostHealth(host: OpenHost, config: HaproxyConfig): Promise<readonly Probe[]> {
  const answering = (seen: string): Probe => exactly('answers over SSH', { host: host.name, seen, wanted: 'yes', otherwise: 'down' });
  try {
    const seen = await host.read([unitState('haproxy'), backendStates(), connections, loaded(), onDisk(), filesOnDisk()]);
    return [answering('yes'), ...answers(host.name, { config, seen })];
  } catch (error) {
    return [answering(asFailure(error).message)];
  }
}

/** Connections at this moment; undefined when HAProxy does not answer. */
const connections: Fact<number | undefined> = fact({
  name: 'connections of HAProxy',
  command: ask('show info'),
  anyExit: true,
  parse: ({ stdout }) => {
    const found = /^CurrConns: (\d+)$/m.exec(stdout)?.[1];
    return found === undefined ? undefined : Number(found);
  },
});

function answers(host: string, { config, seen }: { config: HaproxyConfig; seen: Seen }): readonly Probe[] {
  const now = seen(connections);
  const bound = Math.floor(config.maxConnections * 0.8);
  return [
    exactly('haproxy runs', { host, seen: seen(unitState('haproxy')).activeState, wanted: 'active', otherwise: 'down' }),
    exactly('haproxy answers on its runtime socket', { host, seen: now === undefined ? 'no' : 'yes', wanted: 'yes', otherwise: 'down' }),
    exactly('haproxy works with its files as they are', { host, seen: notInForce(seen).join(', '), wanted: '' }),
    exactly('every backend has a server', { host, seen: withoutServer(seen(backendStates())).join(', '), wanted: '', otherwise: 'down' }),
    { title: 'connections', host, seen: String(now ?? 'unknown'), wanted: `at most ${bound}`, status: (now ?? Infinity) <= bound ? 'ok' : 'degraded' },
  ];
}

/** Marks on the disk that the running process has not, all of them when it does not run; and files it has read that are gone, or not read that are there. */
function notInForce(seen: Seen): readonly string[] {
  const { marks, files } = seen(loaded());
  const [written, there] = [[...seen(onDisk())], seen(filesOnDisk())];
  if (written.length === 0) return ['no file of ours'];
  const changed = written.filter(([variable, value]) => marks.get(variable) !== value).map(([variable]) => variable);
  if (files.length === 0) return changed;
  const gone = files.filter((path) => !there.includes(path)).map((path) => `${path} is gone`);
  // Ours are told by their marks.
  const unread = changed.length > 0 ? [] : there.filter((path) => !files.includes(path)).map((path) => `${path} is not read`);
  return [...changed, ...gone, ...unread];
}

function withoutServer(states: readonly BackendState[]): readonly string[] {
  const alive = new Set(states.filter(({ status }) => status === 'up' || status === 'no check').map(({ backend }) => backend));
  return [...new Set(states.map(({ backend }) => backend))].filter((backend) => !alive.has(backend));
}
