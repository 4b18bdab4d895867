import { listening, loadBalancers, type OpenHost, type Outcome, type Proof, proof, type Scope, sh } from '@keybuzz/sdk';
import { validWith } from './check.ts';
import type { HaproxyConfig } from './config.ts';
import { statsUser } from './haproxy-conf.ts';
import { opens, statusOf } from './client.ts';

type ProxyScope = Scope<HaproxyConfig, 'stats'>;

/** Proofs that the proxies work, as seen from the controller through the endpoints a client uses; nothing is left behind. */
export async function proofs(scope: ProxyScope): Promise<readonly Proof[]> {
  const answers = await Promise.all(scope.cluster.hosts.map((host) => hostProofs(host, scope)));
  return [...answers.flat(), ...(await Promise.all([...scope.cluster.hosts.map((host) => portsProof(host, scope)), balancerProof(scope)]))];
}

function hostProofs(host: OpenHost, { config, credentials }: ProxyScope): Promise<readonly Proof[]> {
  const page = `http://${host.address}:${config.statsPort}`;
  const password = { user: statsUser, password: credentials.stats };
  const answers = async (wanted: number, asking: Promise<number>): Promise<Outcome> => {
    const status = await asking;
    return { holds: status === wanted, seen: `HTTP ${status}` };
  };
  return Promise.all([
    proof({ title: 'statistics and metrics are refused without the password', host: host.name }, async () => {
      const [stats, metrics] = await Promise.all([statusOf(`${page}/`), statusOf(`${page}/metrics`)]);
      return { holds: stats === 401 && metrics === 401, seen: `HTTP ${stats} and ${metrics}` };
    }),
    proof({ title: 'the statistics open with the password', host: host.name }, () => answers(200, statusOf(`${page}/`, password))),
    proof({ title: 'the Prometheus metrics answer with the password', host: host.name }, () => answers(200, statusOf(`${page}/metrics`, { ...password, holding: 'haproxy_process_uptime_seconds' }))),
    proof({ title: 'a broken fragment is refused, a sound one is not', host: host.name }, () => fragmentCheck(host)),
    proof({ title: 'no process binds the address of the load balancer', host: host.name }, () => unbound(host, config.loadBalancer?.address)),
  ]);
}

const probe = 'keybuzz-proof';
const sound = `backend ${probe}\n  server nowhere 127.0.0.1:9 disabled\n`;

/** Both are read from standard input: the live files are not touched. */
async function fragmentCheck(host: OpenHost): Promise<Outcome> {
  const verdict = async (text: string): Promise<string> => (await host.run(sh`if ${validWith('/dev/stdin', `${probe}.cfg`)} >/dev/null 2>&1; then echo taken; else echo refused; fi`.stdin(text))).stdout.trim();
  const [good, bad] = [await verdict(sound), await verdict(sound.replace('server', 'servre'))];
  return { holds: good === 'taken' && bad === 'refused', seen: `the sound one was ${good}, the broken one ${bad}` };
}

async function unbound(host: OpenHost, address: string | undefined): Promise<Outcome> {
  if (address === undefined) return { holds: undefined, seen: 'the stack has no load balancer in front of these hosts' };
  const bound = (await host.read([listening()]))(listening()).filter((socket) => socket.address === address);
  return { holds: bound.length === 0, seen: bound.map(({ port }) => `port ${port}`).join(', ') };
}

/** Whatever a module offers its clients here is there, on every proxy: behind a load balancer the lack of one would not show. */
function portsProof(host: OpenHost, { uses }: ProxyScope): Promise<Proof> {
  const offered = uses.flatMap(({ ports }) => ports).filter(({ balanced, hosts }) => balanced === true && hosts.some(({ name }) => name === host.name));
  return proof({ title: 'every port that a module offers here opens', host: host.name }, () => allOpen(host.address, offered.flatMap(({ port }) => (typeof port === 'number' ? [port] : []))));
}

function balancerProof({ uses, module }: ProxyScope): Promise<Proof> {
  const balancer = loadBalancers(uses).find((each) => each.module === module);
  return proof({ title: 'the load balancer leads to a proxy on every port' }, () => allOpen(balancer?.address ?? '', balancer?.ports ?? []));
}

async function allOpen(address: string, ports: readonly number[]): Promise<Outcome> {
  if (ports.length === 0) return { holds: undefined, seen: 'no module offers a port there' };
  const open = await Promise.all(ports.map((port) => opens(address, port)));
  const closed = ports.filter((_, at) => open[at] !== true);
  return { holds: closed.length === 0, seen: closed.length === 0 ? `${address} opens ${ports.join(', ')}` : `${address} does not open ${closed.join(', ')}` };
}
