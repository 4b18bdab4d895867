import type { Secret } from '@keybuzz/sdk';

/** PostgreSQL keeps one password a role: for two to be good at a time there are two roles, of which the second does everything as the first. */
export function secondLogin(name: string): string {
  return `${name}_2`;
}

/** Whom the clients of a role log in as, and whom they did before the last rotation of its password; one that was never made was never rotated. */
export function loginOf(name: string, password: Pick<Secret, 'rotations'> | undefined): { readonly login: string; readonly before: string } {
  const [login, before] = (password?.rotations ?? 0) % 2 === 0 ? [name, secondLogin(name)] : [secondLogin(name), name];
  return { login, before };
}
