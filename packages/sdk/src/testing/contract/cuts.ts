import type { HostState } from '../machine/host-state.ts';
import { differences } from './compare.ts';
import { failuresIn, isPerHost, rolledOut, watch, type Subject } from './subject.ts';
import type { CutPoint } from './tape.ts';

/** What happens between the cut and the next run. */
const aftermaths = {
  'and the operator ran it again at once': async () => {},
  'and the power of the host was gone': async ({ stack }: Subject, { host }: CutPoint) => stack.cluster.host(host).powerCycle(),
  'and the operator came back after two minutes': async ({ stack }: Subject) => stack.cluster.clock.pause(120_000),
} as const;

type Aftermath = keyof typeof aftermaths;

const [atOnce, powerGone, later] = Object.keys(aftermaths) as [Aftermath, Aftermath, Aftermath];

/** A cut to try: which point of the recording, and what happens then. */
export interface Cut {
  readonly point: CutPoint;
  readonly aftermath: Aftermath;
}

/** What can make a difference after a cut: time only does where a timer of the host is running. */
function aftermathsOf({ fleet }: CutPoint): readonly Aftermath[] {
  return fleet.some(({ transients }) => transients.size > 0) ? [atOnce, powerGone, later] : [atOnce, powerGone];
}

/** The cuts that are tried: every one between two commands with every aftermath, and up to `most` inside of commands with one in turn; with KEYBUZZ_CUTS=every all of both. */
export function chosenCuts(points: readonly CutPoint[], most: number): readonly Cut[] {
  const every = process.env['KEYBUZZ_CUTS'] === 'every';
  const inside = points.filter((point) => !point.first).length;
  const stride = every ? 1 : Math.max(1, Math.ceil(inside / most));
  let seen = 0;
  return points.flatMap((point): Cut[] => {
    const possible = aftermathsOf(point);
    if (every || point.first) return possible.map((aftermath) => ({ point, aftermath }));
    seen += 1;
    return seen % stride === 0 ? [{ point, aftermath: possible[(seen / stride) % possible.length] as Aftermath }] : [];
  });
}

/** The rollout is cut, what happens then happens, and it is run again. Answers what went wrong, of at most five cuts. */
export async function cutAndRunAgain(on: Subject, most = 60): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const cut of chosenCuts(pointsOf(on), most)) {
    wrong.push(...(await afterCut(on, cut)));
    if (wrong.length > 4) return [...wrong, '… and maybe more'];
  }
  return wrong;
}

/** Where hosts need not know of one another, one of them stands for all; elsewhere for those that are said to be alike. */
function pointsOf({ module, points, alike }: Subject): readonly CutPoint[] {
  if (isPerHost(module)) return points.filter((point) => point.host === points[0]?.host);
  return process.env['KEYBUZZ_CUTS'] === 'every' ? points : points.filter((point) => !alike.includes(point.host));
}

async function afterCut(on: Subject, { point, aftermath }: Cut): Promise<readonly string[]> {
  const { cluster } = on.stack;
  cluster.restore(point.fleet);
  await aftermaths[aftermath](on, point);
  const hosts = isPerHost(on.module) ? [point.host] : Object.keys(on.endStates);
  const events = await rolledOut(on.stack, { hosts });
  watch(on, events);
  const seen = Object.fromEntries(hosts.map((host) => [host, cluster.host(host).state()]));
  const found = [...failuresIn(events), ...differences(Object.fromEntries(hosts.map((host) => [host, on.endStates[host] as HostState])), seen, on.setAside)];
  if (found.length === 0) return [];
  return [`cut on ${point.host} before change ${on.points.indexOf(point) + 1} of ${on.points.length}, in\n${point.command}\n${aftermath}:\n${found.slice(0, 12).join('\n')}`];
}

/** Real cuts, at five places: the failure has its kind and its host, other hosts are done, the next run is whole. */
export async function lostConnection(on: Subject): Promise<readonly string[]> {
  const { cluster } = on.stack;
  const wrong: string[] = [];
  for (const part of [0, 0.25, 0.5, 0.75, 0.95]) {
    cluster.restore(on.start);
    const [victim, ...others] = cluster.hosts.filter((host) => on.points.some((point) => point.host === host.host));
    if (victim === undefined) return ['no host was changed at all'];
    const own = on.points.filter((point) => point.host === victim.host).length;
    victim.cutAfter(Math.floor(own * part));
    const events = await rolledOut(on.stack, { modules: [on.module.name] });
    watch(on, events);
    const failures = events.flatMap((event) => (event.type === 'failure' && event.host === victim.host ? [event.kind] : []));
    if (failures[0] !== 'connectionLost') wrong.push(`cut after ${part * 100} % of ${victim.host}: told ${failures.join(', ') || 'nothing'} instead of connectionLost`);
    const states = cluster.states();
    for (const { host } of isPerHost(on.module) ? others : []) wrong.push(...differences({ [host]: on.endStates[host] as HostState }, { [host]: states[host] as HostState }).map((line) => `cut of ${victim.host}: ${line}`));
    victim.machine.beforeChange = () => {};
    const again = await rolledOut(on.stack);
    wrong.push(...failuresIn(again), ...differences(on.endStates, cluster.states(), on.setAside));
  }
  return wrong;
}
