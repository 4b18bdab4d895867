import { didYouMean, Failure } from '@keybuzz/sdk';
import { down, downAll, exec, sshConfig, status, twinName, type BalancerStatus } from '@keybuzz/twin';
import { readState } from '@keybuzz/twin/state';
import { bootTwin } from '../boot-twin.ts';
import { loadStack } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';
import { projectRoot } from '../project.ts';
import { twinHosts } from '../twin-hosts.ts';

const name = (): string => twinName(projectRoot);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The hosts of the twin are up; the core ones unless the options say otherwise. */
export async function twinUp(options: Options & { all?: boolean }): Promise<number> {
  const stack = await loadStack(options);
  const pattern = options.hosts === undefined ? {} : { pattern: options.hosts };
  await bootTwin(stack, twinHosts(stack, { ...pattern, everyHost: options.all === true }), say);
  return exit.done;
}

/** Nothing of the twin, or of any twin on this machine, is left. */
export async function twinDown(options: { all?: boolean }): Promise<number> {
  if (options.all === true) {
    const names = await downAll();
    process.stdout.write(names.length === 0 ? 'no twin was up\n' : `down: ${names.join(' ')}\n`);
    return exit.done;
  }
  const { was } = await down({ name: name() });
  process.stdout.write(was ? `twin ${name()} is down; nothing of it is left\n` : 'no twin was up here\n');
  return exit.done;
}

/** What every host and every load balancer of the twin is doing was printed; a target that is down is no fault of the twin. */
export async function twinStatus(options: Options): Promise<number> {
  const { hosts, loadBalancers } = await status({ name: name() });
  if (options.json === true) process.stdout.write(`${JSON.stringify({ hosts, loadBalancers })}\n`);
  else {
    for (const h of hosts) process.stdout.write(`${h.name.padEnd(18)} ${h.address.padEnd(12)} ${h.power.padEnd(8)} ${h.sshd ? 'sshd answers' : 'sshd silent'}  ${Math.round(h.memory / 2 ** 20)} MiB\n`);
    for (const balancer of loadBalancers) process.stdout.write(balancerLines(balancer));
    process.stdout.write((await import('./fault.ts')).faultLines());
  }
  return hosts.every((h) => h.power === 'running' && h.sshd) && loadBalancers.every((balancer) => balancer.serving) ? exit.done : exit.degraded;
}

/** One line per port: where it leads, and what the last checks found there. */
function balancerLines({ address, ports, targets, serving, states }: BalancerStatus): string {
  if (ports.length === 0) return `${address.padEnd(18)} load balancer without a port\n`;
  const seen = (port: number, target: string): string => {
    const state = states.find((one) => one.port === port && one.target === target);
    return state === undefined ? 'unknown' : state.up ? 'up' : 'down';
  };
  return ports.map((port) => `${`${address}:${port}`.padEnd(18)} ${serving ? 'balances' : 'silent: '} ${targets.map(({ name: target }) => `${target} ${seen(port, target)}`).join(', ')}\n`).join('');
}

/** A configuration for plain OpenSSH was printed. */
export function twinSshConfig(): Promise<number> {
  process.stdout.write(sshConfig({ name: name() }));
  return Promise.resolve(exit.done);
}

/** The command ran inside the twin's network; its exit status is ours. */
export function twinExec(argv: readonly string[], options: { internet?: boolean }): Promise<number> {
  return exec({ name: name(), argv, vantage: options.internet === true ? 'internet' : 'controller' });
}

/** A shell, or a command, on one host of the twin. */
export function twinSsh(host: string, command: readonly string[]): Promise<number> {
  const state = readState(projectRoot);
  if (state === undefined) throw new Failure('badConfig', 'no twin is up here', { next: 'keybuzz twin up' });
  const known = state.hosts.map((h) => h.name);
  const plain = host.replace(/^.*@/, '');
  if (!known.includes(plain)) throw new Failure('badConfig', `the twin has no host ${plain}${didYouMean(plain, known)}`, { next: 'keybuzz twin status' });
  return exec({ name: name(), argv: ['ssh', '-F', state.sshConfigFile, host, ...command] });
}
