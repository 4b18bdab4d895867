import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { keeperPids, startKeeper } from '../keepers.ts';
import { run } from '../run.ts';
import type { TwinLoadBalancer } from '../state.ts';
import { TwinError } from '../twin-error.ts';
import { until } from '../until.ts';
import { haproxyConf, markOf } from './haproxy-conf.ts';
import { balancerFiles, balancerNamespace, balancersFolder } from './names.ts';
import { ensureBalancerNamespace, livesThere, removeBalancerNamespace } from './namespace.ts';
import { runningMark } from './runtime.ts';

/** Exactly these load balancers serve; one that was as wanted was left alone, one that is not wanted any more is gone. */
export async function ensureBalancers(name: string, wanted: readonly TwinLoadBalancer[]): Promise<void> {
  const folder = balancersFolder(name);
  const known = existsSync(folder) ? readdirSync(folder) : [];
  for (const address of known) if (!wanted.some((one) => one.address === address)) await removeBalancer(name, address);
  for (const balancer of wanted) await ensureBalancer(name, balancer);
}

async function removeBalancer(name: string, address: string): Promise<void> {
  const { folder, conf } = balancerFiles(name, { address });
  await kill(keeperPids(name, conf));
  await removeBalancerNamespace(name, { address });
  rmSync(folder, { recursive: true, force: true });
}

async function ensureBalancer(name: string, balancer: TwinLoadBalancer): Promise<void> {
  const { folder, conf, socket, log } = balancerFiles(name, balancer);
  // On record before it exists: whatever happens in between, the next `up` knows of it.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await ensureBalancerNamespace(name, balancer);
  await kill(keeperPids(name, conf).filter((pid) => !livesThere(pid, name, balancer)));
  if (balancer.ports.length === 0) {
    // An address without a service is owned and answers nothing.
    await kill(keeperPids(name, conf));
    return;
  }
  const text = haproxyConf(balancer, socket);
  const serves = async (): Promise<boolean> => keeperPids(name, conf).length > 0 && (await runningMark(socket)) === markOf(text);
  if (await serves()) return;
  writeFileSync(`${conf}.new`, text, { mode: 0o600 });
  await run(['haproxy', '-c', '-f', `${conf}.new`]);
  renameSync(`${conf}.new`, conf);
  // Asked first: one that has only just been started has no handler yet, and the signal would be its end.
  const master = (await runningMark(socket)) === undefined ? undefined : masterOf(keeperPids(name, conf));
  if (master !== undefined) {
    // Connections stay with the worker that has them; new ones come to a new worker.
    process.kill(master, 'SIGUSR2');
    if (await until({ within: 5000, every: 20 }, serves)) return;
  }
  await kill(keeperPids(name, conf));
  startKeeper(name, ['nsenter', `--net=/run/netns/${balancerNamespace(name, balancer)}`, 'haproxy', '-W', '-f', conf], log);
  if (await until({ within: 10_000, every: 20 }, serves)) return;
  const words = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ') : '';
  throw new TwinError({ wanted: `a load balancer at ${balancer.address}`, seen: words === '' ? 'HAProxy said nothing within 10 s' : words, next: `read ${log}, then keybuzz twin up again` });
}

/** Of HAProxy's processes, the one whose parent is none of them: it reads signals, the others serve. */
function masterOf(pids: readonly number[]): number | undefined {
  return pids.find((pid) => {
    try {
      return !pids.includes(Number(/^PPid:\t(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
    } catch {
      return false;
    }
  });
}

async function kill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended since the list was read.
    }
  }
  await until({ within: 5000, every: 10 }, () => !pids.some(alive));
}

function alive(pid: number): boolean {
  try {
    return !/^State:\tZ/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
