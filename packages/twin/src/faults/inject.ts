import { readFileSync } from 'node:fs';
import { portOf } from '../addresses.ts';
import { within } from '../network.ts';
import { nspawn } from '../nspawn.ts';
import { waitForSshd } from '../probe.ts';
import { run } from '../run.ts';
import { requireState } from '../status.ts';
import type { TwinHost, TwinState } from '../state.ts';
import { TwinError } from '../twin-error.ts';
import { emptyDisk, fillDisk } from './disk.ts';
import type { ActiveFault, Fault } from './fault.ts';
import { packetRules } from './packet-rules.ts';

/** The fault acts on its hosts; `active` are all recorded faults, this one included. */
export async function inject(name: string, one: ActiveFault, active: readonly ActiveFault[]): Promise<void> {
  const state = requireState(name);
  const { fault } = one;
  if (fault.kind === 'power-off') await each(one.hosts, (host) => nspawn.powerOff(name, host));
  if (fault.kind === 'freeze') await each(one.hosts, (host) => nspawn.setFrozen(name, host, true));
  if (fault.kind === 'cut' || fault.kind === 'loss') await applyRules(state, active);
  if (fault.kind === 'delay') await each(one.hosts, (host) => delay(state, host, fault.ms));
  if (fault.kind === 'fill-disk') await each(one.hosts, (host) => fillDisk(name, host));
}

/** The fault acts no more, except on hosts for which another recorded fault of its kind still wants it. */
export async function undo(name: string, one: ActiveFault, remaining: readonly ActiveFault[]): Promise<void> {
  const state = requireState(name);
  const { kind } = one.fault;
  const freed = one.hosts.filter((host) => !remaining.some((other) => other.fault.kind === kind && other.hosts.includes(host)));
  if (kind === 'power-off') await powerOn(state, freed);
  if (kind === 'freeze') await each(freed, (host) => nspawn.setFrozen(name, host, false));
  if (kind === 'cut' || kind === 'loss') await applyRules(state, remaining);
  if (kind === 'delay') await each(freed, (host) => undelay(state, host));
  if (kind === 'fill-disk') await each(freed, (host) => emptyDisk(name, host));
}

/** The processes that matched and were killed; it is an error if none did. */
export function killMatching(name: string, host: string, pattern: string): number[] {
  const wanted = new RegExp(pattern, 'u');
  const killed = nspawn.processes(name, host).filter((pid) => {
    try {
      // The host's init and what is around it are the machine itself, not processes on it.
      const inner = /^NSpid:\t\d+\t(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (inner === undefined || inner === '1') return false;
      if (!wanted.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim())) return false;
      return process.kill(pid, 'SIGKILL');
    } catch {
      return false;
    }
  });
  if (killed.length > 0) return killed;
  throw new TwinError({ wanted: `a process whose command line matches ${pattern}`, seen: 'none', host, next: `keybuzz twin ssh ${host} ps ax` });
}

async function powerOn(state: TwinState, names: readonly string[]): Promise<void> {
  for (const host of names) nspawn.powerOn(state.name, host);
  const addresses = names.map((host) => find(state, host).address);
  const ready = await waitForSshd(state.name, addresses, { ms: 60_000 });
  const silent = names.filter((host) => !ready.has(find(state, host).address));
  if (silent.length === 0) return;
  throw new TwinError({ wanted: `sshd of ${silent.join(', ')} within 60 s of power-on`, seen: 'no greeting', next: 'keybuzz twin status' });
}

async function applyRules(state: TwinState, active: readonly ActiveFault[]): Promise<void> {
  await run([...within(state.name), 'nft', '-f', '-'], { input: packetRules(state, active) });
}

async function delay(state: TwinState, host: string, ms: number): Promise<void> {
  for (const network of ['private', 'public'] as const) {
    const port = portOf(find(state, host), network);
    await run([...within(state.name), 'tc', 'qdisc', 'replace', 'dev', port, 'root', 'netem', 'delay', `${ms}ms`], {
      next: 'modprobe sch_netem; a kernel without it (CONFIG_NET_SCH_NETEM) cannot delay packets',
    });
  }
}

async function undelay(state: TwinState, host: string): Promise<void> {
  for (const network of ['private', 'public'] as const) {
    await run([...within(state.name), 'tc', 'qdisc', 'delete', 'dev', portOf(find(state, host), network), 'root'], { okay: 'any' });
  }
}

async function each(hosts: readonly string[], act: (host: string) => Promise<void>): Promise<void> {
  await Promise.all(hosts.map(act));
}

function find(state: TwinState, name: string): TwinHost {
  const host = state.hosts.find((one) => one.name === name);
  if (host) return host;
  throw new TwinError({ wanted: `a host named ${name}`, seen: `the twin has ${state.hosts.map((one) => one.name).join(', ')}`, next: 'keybuzz twin status' });
}

/** The hosts of a fault exist, and so do the ones it names. */
export function checkNames(name: string, hosts: readonly string[], fault: Fault): void {
  const state = requireState(name);
  for (const host of hosts) find(state, host);
  if (fault.kind !== 'cut' || fault.from === 'all') return;
  const others = ['controller', 'internet', ...state.loadBalancers.map(({ address }) => address)];
  for (const host of fault.from) if (!others.includes(host)) find(state, host);
}
