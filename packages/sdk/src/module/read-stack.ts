import { resolve } from 'node:path';
import { Failure } from '../command/index.ts';
import { readInventory, type Host, type Inventory } from '../inventory/index.ts';
import { didYouMean } from '../inventory/nearest.ts';
import { checkDefinition } from './check-definition.ts';
import { resolveUses, type ResolvedUse } from './resolve.ts';
import type { StackDefinition } from './stack.ts';

/** A stack with its inventory read and its modules resolved; nothing was connected to. */
export interface ReadStack {
  readonly definition: StackDefinition;
  /** Folder that the definition's paths are relative to. */
  readonly folder: string;
  readonly inventory: Inventory;
  /** In the order of a rollout. */
  readonly uses: readonly ResolvedUse[];
  /** The machine rollouts are run from, as the hosts see it. */
  readonly controller: Host;
}

/** The stack, read and checked. Throws Failure `badConfig` or InventoryError with every problem found. */
export function readStack(definition: StackDefinition, folder: string): ReadStack {
  checkDefinition(definition);
  const { env, privateNetwork } = definition;
  const file = resolve(folder, definition.inventory);
  const inventory = readInventory(file, { ...(env === undefined ? {} : { env }), ...(privateNetwork === undefined ? {} : { privateNetwork }) });
  const controller = inventory.hosts.find((h) => h.name === definition.controller);
  if (controller === undefined) throw new Failure('badConfig', `the controller ${definition.controller} is not in ${file}${didYouMean(definition.controller, inventory.hosts.map((h) => h.name))}`, { next: `set "controller" of the stack ${definition.name} to one of its hosts` });
  return { definition, folder, inventory, controller, uses: resolveUses(definition, inventory) };
}
