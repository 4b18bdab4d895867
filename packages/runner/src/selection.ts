import { Failure, type OpenStack } from '@keybuzz/sdk';

/** Whether a module takes part; a name that the stack does not use is refused. */
export function chosen(stack: OpenStack, only: readonly string[] | undefined): (module: string) => boolean {
  const known = stack.uses.map((u) => u.module.name);
  for (const name of only ?? []) {
    if (!known.includes(name)) throw new Failure('badConfig', `--only ${name}: the stack ${stack.definition.name} has no such module; it has ${known.join(', ')}`);
  }
  return (module) => only?.includes(module) ?? true;
}

/** How many hosts the chosen modules own here. */
export function hostsAtWork(stack: OpenStack, only: (module: string) => boolean): number {
  return new Set(stack.uses.filter((u) => only(u.module.name)).flatMap((u) => u.hosts.map((h) => h.name))).size;
}
