import { credentialsOf, storeName, type ResolvedUse } from '@keybuzz/sdk';

/** The old installer's variables, each with the secret of these modules that it holds. Users and hosts are no secrets: the stack has them. */
export function oldVariables(uses: readonly Pick<ResolvedUse, 'module' | 'config'>[]): ReadonlyMap<string, string> {
  return new Map(uses.flatMap((used) => Object.entries(credentialsOf(used)).flatMap(([key, { formerly = [] }]) => formerly.map((variable) => [variable, storeName(used.module.name, key)] as const))));
}
