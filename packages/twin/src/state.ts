import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';

/** A server as the twin needs it: the inventory's hosts have this shape and more. */
export type TwinHost = {
  readonly name: string;
  /** Private IPv4, the one modules and the controller use. */
  readonly address: string;
  readonly publicAddress: string;
  readonly user: string;
};

/** A TCP load balancer of the provider, as production has it in front of its proxies; `check` is in seconds and tries. */
export type TwinLoadBalancer = {
  /** IPv4 in 10.0.0.0/16, which no host has. */
  readonly address: string;
  readonly check: { readonly interval: number; readonly timeout: number; readonly retries: number };
  /** Whether or not the twin runs them: one that it does not run is down. */
  readonly targets: readonly { readonly name: string; readonly address: string }[];
  /** Each leads to the same port of a target. */
  readonly ports: readonly number[];
};

/** Everything the CLI needs to work with a twin that is up, as kept in one small file. */
export type TwinState = {
  readonly name: string;
  readonly controller: string;
  readonly hosts: readonly TwinHost[];
  readonly loadBalancers: readonly TwinLoadBalancer[];
  /** Path of the controller's network namespace, for `nsenter --net=…`. */
  readonly netns: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  readonly sshConfigFile: string;
  /** The caching package proxy as hosts reach it. */
  readonly proxy: string;
};

/** The folder under which each twin keeps one folder; KEYBUZZ_TWIN_STATE overrides it. */
export function stateRoot(): string {
  return process.env['KEYBUZZ_TWIN_STATE'] ?? '/var/lib/keybuzz-twin';
}

/** A short name that is the same for the same checkout and label, such as `kb-3f9a1c`; KEYBUZZ_TWIN_LABEL is the label when none is said. */
export function twinName(projectRoot: string, label: string = process.env['KEYBUZZ_TWIN_LABEL'] ?? ''): string {
  return `kb-${createHash('sha256').update(`${realpathSync(projectRoot)}\0${label}`).digest('hex').slice(0, 6)}`;
}

/** The folder of one twin. */
export function twinFolder(name: string): string {
  return `${stateRoot()}/${name}`;
}

/** The path of the namespace in which the twin's controller lives. */
export function controllerNetns(name: string): string {
  return `/run/netns/${name}`;
}

/** The path of the namespace that plays the Internet. */
export function internetNetns(name: string): string {
  return `/run/netns/${name}-inet`;
}

/** The state of a twin by its name, or undefined if it was never brought up or the machine was rebooted since. */
export function readStateOf(name: string): TwinState | undefined {
  if (!existsSync(controllerNetns(name))) return undefined;
  return recordedState(name);
}

/** What the state file says, whether or not the twin's network still exists. */
export function recordedState(name: string): TwinState | undefined {
  let text: string;
  try {
    text = readFileSync(`${twinFolder(name)}/state.json`, 'utf8');
  } catch {
    return undefined;
  }
  // A twin that an earlier version brought up had none.
  return { loadBalancers: [], ...(JSON.parse(text) as Omit<TwinState, 'loadBalancers'>) };
}

/** The state of this checkout's twin: one small file is read, so it may be called on every start of a CLI. */
export function readState(projectRoot: string, label?: string): TwinState | undefined {
  return readStateOf(twinName(projectRoot, label));
}

/** The words to put before a command so that it runs in the twin's network. */
export function enterArgv(name: string, vantage: 'controller' | 'internet' = 'controller'): string[] {
  const netns = vantage === 'internet' ? internetNetns(name) : controllerNetns(name);
  return ['nsenter', `--net=${netns}`, '--'];
}
