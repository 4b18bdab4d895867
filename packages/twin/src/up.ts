import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { checkBalancers, controllerPublic, settleAddresses } from './addresses.ts';
import { ensureBalancers } from './balancers/ensure.ts';
import { childScript } from './child-script.ts';
import { emptyDisk } from './faults/disk.ts';
import { activeFaults } from './faults/records.ts';
import { knownHostsLines } from './host-folder.ts';
import { hostFolder } from './host-paths.ts';
import { cacheFolder } from './image.ts';
import type { Image } from './image.ts';
import { keeperRuns, startKeeper } from './keepers.ts';
import { writeKernelView } from './kernel-view.ts';
import { withLock } from './lock.ts';
import { raiseLimits } from './machine-limits.ts';
import { nspawn } from './nspawn.ts';
import { waitForSshd } from './probe.ts';
import { checkMachine } from './requirements.ts';
import { run } from './run.ts';
import { sshConfigText } from './ssh-config.ts';
import { controllerNetns, recordedState, stateRoot, twinFolder } from './state.ts';
import type { TwinHost, TwinLoadBalancer, TwinState } from './state.ts';
import { TwinError } from './twin-error.ts';

/** Told for each host as it comes up. */
export type HostEvent = { readonly kind: 'host'; readonly host: string; readonly step: 'booting' | 'ready'; readonly ms: number };

/** `within` is how long, in ms, a host may take until its sshd greets; `loadBalancers`, if given, are all that the twin shall have. */
export type UpOptions = {
  readonly name: string;
  readonly hosts: readonly TwinHost[];
  readonly image: Image;
  readonly loadBalancers?: readonly TwinLoadBalancer[];
  readonly controller?: string;
  readonly within?: number;
  readonly onProgress?: (event: HostEvent) => void;
};

/** What `up` did: the hosts it booted, and how long until all of them greeted, in ms. */
export type UpResult = { readonly state: TwinState; readonly booted: readonly string[]; readonly ms: number };

/** Every host runs and its sshd greets; what was already there was left alone. Hosts of an earlier `up` stay. */
export async function up(options: UpOptions): Promise<UpResult> {
  const machine = await checkMachine();
  if (!machine.ok) throw new TwinError({ wanted: 'a machine that can run a twin', seen: machine.why, next: machine.next });
  mkdirSync(stateRoot(), { recursive: true, mode: 0o700 });
  return withLock(`${stateRoot()}/${options.name}.lock`, 120_000, () => bringUp(options));
}

async function bringUp(options: UpOptions): Promise<UpResult> {
  const start = performance.now();
  const { name, image, controller = '10.0.0.250', within: patience = 120_000, onProgress = () => {} } = options;
  const hosts = settleAddresses(options.hosts, controller);
  const recorded = recordedState(name);
  const before = recorded?.hosts ?? [];
  const all = merge(before, hosts);
  const loadBalancers = options.loadBalancers ?? recorded?.loadBalancers ?? [];
  checkBalancers(loadBalancers, [controller, ...all.map((host) => host.address)]);
  const folder = twinFolder(name);
  mkdirSync(`${folder}/hosts`, { recursive: true, mode: 0o700 });
  await raiseLimits();
  const network = await nspawn.ensureNetwork(name, { address: controller, publicAddress: controllerPublic(options.hosts, controller) });
  if (network === 'made') await forgetFormerLife(name, before);
  const state = { ...describe(name, controller, all), loadBalancers };
  if (!existsSync(state.keyFile)) await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', `${name}`, '-f', state.keyFile]);
  if (!existsSync(`${folder}/kernel/swaps`)) writeKernelView(`${folder}/kernel`);
  startProxy(name, controller);
  await ensureBalancers(name, loadBalancers);

  const common = { name, image, controller, publicKey: readFileSync(`${state.keyFile}.pub`, 'utf8') };
  const booted: string[] = [];
  const queue = [...hosts];
  const worker = async (): Promise<void> => {
    for (let host = queue.shift(); host; host = queue.shift()) {
      await nspawn.create(common, host);
      if (nspawn.power(name, host.name) !== 'off') continue;
      nspawn.powerOn(name, host.name);
      booted.push(host.name);
      onProgress({ kind: 'host', host: host.name, step: 'booting', ms: Math.round(performance.now() - start) });
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  // The state names a host only when its folder is whole.
  writeState(state);
  const ready = await waitForSshd(name, hosts.map((host) => host.address), {
    ms: patience,
    onReady: (address) => {
      const host = hosts.find((one) => one.address === address)?.name ?? address;
      onProgress({ kind: 'host', host, step: 'ready', ms: Math.round(performance.now() - start) });
    },
  });
  const silent = hosts.filter((host) => !ready.has(host.address));
  if (silent.length > 0) throw notReady(name, silent, patience);
  return { state, booted, ms: Math.round(performance.now() - start) };
}

/** A new network under an old twin means that the machine was rebooted, or worse: no host keeps its cables, no fault its watchdog. */
async function forgetFormerLife(name: string, hosts: readonly TwinHost[]): Promise<void> {
  for (const host of hosts) await nspawn.powerOff(name, host.name);
  for (const { fault, hosts: full } of activeFaults({ name })) {
    if (fault.kind === 'fill-disk') for (const host of full) await emptyDisk(name, host);
  }
  rmSync(`${twinFolder(name)}/faults`, { recursive: true, force: true });
}

function describe(name: string, controller: string, hosts: readonly TwinHost[]): Omit<TwinState, 'loadBalancers'> {
  const folder = twinFolder(name);
  return {
    name,
    controller,
    hosts,
    netns: controllerNetns(name),
    keyFile: `${folder}/key`,
    knownHostsFile: `${folder}/known_hosts`,
    sshConfigFile: `${folder}/ssh_config`,
    proxy: `http://${controller}:3142`,
  };
}

function writeState(state: TwinState): void {
  const write = (file: string, text: string): void => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  write(state.knownHostsFile, `${state.hosts.flatMap((host) => knownHostsLines(state.name, host)).join('\n')}\n`);
  write(state.sshConfigFile, sshConfigText(state));
  write(`${twinFolder(state.name)}/state.json`, JSON.stringify(state));
}

function merge(before: readonly TwinHost[], now: readonly TwinHost[]): TwinHost[] {
  for (const host of now) {
    const known = before.find((one) => one.name === host.name);
    if (!known || (known.address === host.address && known.user === host.user)) continue;
    const seen = `it runs in the twin as ${known.user}@${known.address}`;
    throw new TwinError({ wanted: `${host.user}@${host.address}`, seen, host: host.name, next: 'keybuzz twin down, then keybuzz twin up' });
  }
  return [...before.filter((one) => !now.some((host) => host.name === one.name)), ...now];
}

function startProxy(name: string, controller: string): void {
  const script = childScript('proxy-main');
  if (keeperRuns(name, 'package-proxy')) return;
  const folder = `${cacheFolder()}/packages`;
  mkdirSync(folder, { recursive: true });
  // The listener waits in the twin's network and becomes the proxy at the first request, back in the machine's own
  // network, which is the one the shell around it never left.
  const loop = 'while :; do nsenter --net="$1" systemd-socket-activate --listen="$2" nsenter --net=/proc/$$/ns/net "$3" "$4" "$5"; done';
  const argv = ['sh', '-c', loop, 'package-proxy', controllerNetns(name), `${controller}:3142`, process.execPath, script, folder];
  startKeeper(name, argv, `${twinFolder(name)}/proxy.log`);
}

function notReady(name: string, silent: readonly TwinHost[], patience: number): TwinError {
  const last = (host: string): string => {
    for (const file of ['console', 'power.log']) {
      const path = `${hostFolder(name, host)}/${file}`;
      const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
      if (text) return text.split('\n').slice(-3).join(' | ');
    }
    return 'nothing on its console';
  };
  const [first] = silent;
  return new TwinError({
    wanted: `sshd of ${silent.map((host) => host.name).join(', ')} within ${patience / 1000} s`,
    seen: first ? `last words of ${first.name}: ${last(first.name)}` : 'nothing',
    next: `keybuzz twin up again, or read ${twinFolder(name)}/hosts/${first?.name}/console`,
  });
}
