import { storeName, type CredentialSpec, type ResolvedUse } from '@keybuzz/sdk';

/** The old installer's variables, each with the secret of these modules that it holds. Users and hosts are no secrets: the stack has them. */
export function oldVariables(uses: readonly Pick<ResolvedUse, 'module'>[]): ReadonlyMap<string, string> {
  return new Map(uses.flatMap(({ module }) => {
    const credentials: Readonly<Record<string, CredentialSpec>> = module.definition.credentials;
    return Object.entries(credentials).flatMap(([key, { formerly = [] }]) => formerly.map((variable) => [variable, storeName(module.name, key)] as const));
  }));
}
