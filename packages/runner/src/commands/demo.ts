import { endpointsOf, type Endpoint } from '@keybuzz/sdk';
import { bootTwin } from '../boot-twin.ts';
import { loadStack, storeOf } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';
import { runInTwin } from '../run-in-twin.ts';
import { twinHosts } from '../twin-hosts.ts';

/** The core servers of the inventory run on this machine as a twin, rolled out and healthy; how to look around was printed. */
export async function demo(options: Options): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const stack = await loadStack(options);
  const hosts = twinHosts(stack, {});
  const phases: [string, number][] = [];
  const timed = async <T>(phase: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    say(`\n== ${phase}`);
    const result = await work();
    phases.push([phase, (performance.now() - from) / 1000]);
    return result;
  };
  await timed(`boot ${hosts.length} hosts`, () => bootTwin(stack, hosts, say));
  const rolledOut = await timed('roll the stack out', () => runInTwin(['rollout', '--on', 'twin', '--yes', ...stackOption(options)]));
  if (rolledOut !== exit.done) return rolledOut;
  const healthy = await timed('health', () => runInTwin(['health', '--on', 'twin', ...stackOption(options)]));
  process.stdout.write(lookAround(phases, hosts[0]?.name ?? '', endpointsOf(stack, await storeOf(stack, false))));
  return healthy;
}

function stackOption({ stack }: Options): string[] {
  return stack === undefined ? [] : ['--stack', stack];
}

function lookAround(phases: readonly [string, number][], host: string, endpoints: readonly Endpoint[]): string {
  return [
    '',
    ...phases.map(([phase, seconds]) => `${phase}: ${seconds.toFixed(1)} s`),
    '',
    ...(endpoints.length === 0 ? [] : ['Clients connect to:', ...endpoints.map(({ url, title }) => `  ${url.padEnd(48)} ${title}`), '']),
    'The fleet runs. Look around:',
    '  ./kb plan --on twin              nothing to change',
    `  ./kb twin ssh ${host}`,
    `  ./kb explain ${host}`,
    '  ./kb test --on twin              proofs, as a client sees them',
    '  ./kb twin down                   leaves nothing behind',
    '',
  ].join('\n');
}
