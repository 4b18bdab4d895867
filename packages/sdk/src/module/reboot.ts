import { Failure } from '../command/index.ts';
import type { Host } from '../inventory/index.ts';
import type { ProbeEvent } from '../report/index.ts';
import { settled } from './health-of.ts';
import { scopeOf, type OpenStack } from './open-stack.ts';
import { restartMachine } from './restart-machine.ts';
import type { ResolvedUse } from './resolve.ts';
import { independent } from './rollout.ts';

/** Milliseconds after which what runs on a machine that was started anew must be whole: a database reads its log, and copies what it missed. */
const recovery = 600_000;

/** The hosts in the order in which they are started anew: those that lead a module last. */
export async function rebootOrder(stack: OpenStack, hosts: readonly Host[]): Promise<readonly Host[]> {
  const leaders = await Promise.all(stack.uses.map(async ({ module, hosts: own }) => (own.length === 0 ? undefined : module.definition.leader?.(await scopeOf(stack, module, 'reboot')))));
  return hosts.toSorted((a, b) => Number(leaders.includes(a.name)) - Number(leaders.includes(b.name)));
}

/**
 * The machine was started anew: not before everything was well and its modules could spare it, and afterwards everything is well
 * again. Throws Failure `unsafe` when something is not well before, and `timedOut` when something is not ten minutes after.
 */
export async function reboot(stack: OpenStack, host: Host): Promise<void> {
  const on = stack.uses.filter(({ hosts }) => hosts.some(({ name }) => name === host.name));
  const [first] = on;
  if (first === undefined) throw new Failure('badConfig', `no module of this stack has ${host.name}`, { host: host.name, next: 'keybuzz graph' });
  const matters = counts(stack.uses);
  const before = await settled(stack, { matters, says: `waiting until all is well, before ${host.name} is started anew` });
  if (before.length > 0) throw new Failure('unsafe', `${host.name} is not started anew while something is not well: ${told(before)}`, { host: host.name, next: 'keybuzz health' });
  for (const { module } of on.toReversed()) {
    const scope = await scopeOf(stack, module, 'reboot');
    await module.definition.spare?.(scope, scope.cluster.host(host.name));
  }
  stack.report({ type: 'note', message: `${host.name} is started anew` });
  await restartMachine((await scopeOf(stack, first.module, 'reboot')).cluster.host(host.name));
  const after = await settled(stack, { matters, within: recovery, says: `waiting until all is well with ${host.name}` });
  if (after.length > 0) throw new Failure('timedOut', `${host.name} is up again, but not all is well ${recovery / 60_000} minutes later: ${told(after)}`, { host: host.name, next: 'keybuzz health; then reboot the others' });
}

/** What keeps machines from being started anew: of a module whose hosts are each for itself only what is down, such as no reboot that is due. */
function counts(uses: readonly ResolvedUse[]): (probe: ProbeEvent) => boolean {
  const alone = new Set(uses.filter(independent).map(({ module }) => module.name));
  return ({ module, status }) => status === 'down' || (status !== 'ok' && !alone.has(module));
}

function told(probes: readonly ProbeEvent[]): string {
  return probes.map(({ module, host, title, seen }) => `${module}${host === undefined ? '' : ` on ${host}`}: ${title}: ${seen}`).join('; ');
}
