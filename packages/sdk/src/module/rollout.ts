import { perform, performOnHosts, type OpenStack } from './open-stack.ts';
import type { ResolvedUse } from './resolve.ts';

/**
 * Every module was rolled out, or planned, after the ones it requires; independent ones at the same time.
 * True when all went well. A host that fails is left alone and the rest of the fleet goes on;
 * a module that works on its hosts together is blocked when one of them, or a module it requires, failed.
 */
export async function rollout(stack: OpenStack, only: (module: string) => boolean = () => true): Promise<boolean> {
  const outcomes = new Map<string, Promise<boolean>>();
  for (const used of stack.uses) {
    if (!only(used.module.name) || used.hosts.length === 0) continue;
    const required = used.module.definition.requires.map((r) => outcomes.get(r.name));
    outcomes.set(used.module.name, Promise.all(required).then((went) => rollOne(stack, used, went.includes(false))));
  }
  const went = await Promise.all(outcomes.values());
  return went.every(Boolean) && stack.failed.size === 0;
}

/** False when what requires this module cannot go on; a failure on one independent host does not hold up the others. */
async function rollOne(stack: OpenStack, used: ResolvedUse, requirementFailed: boolean): Promise<boolean> {
  const { module, hosts } = used;
  const broken = hosts.filter((h) => stack.failed.has(h.name)).map((h) => h.name);
  if (!independent(used) && (requirementFailed || broken.length > 0)) {
    const why = broken.length > 0 ? `${broken.join(', ')} failed before` : 'a module it requires failed';
    stack.report({ type: 'step', module: module.name, verb: 'install', host: undefined, state: 'blocked', why });
    return false;
  }
  try {
    if (independent(used)) await performOnHosts(stack, module, ['install', 'configure']);
    else for (const verb of ['install', 'configure'] as const) await perform(stack, module, verb);
    return true;
  } catch {
    return false; // it was reported
  }
}

/** Whether the module's hosts need not know of one another, so that each goes on by itself. */
export function independent({ module }: ResolvedUse): boolean {
  const { install, configure } = module.definition;
  return 'onHost' in install && 'onHost' in configure;
}
