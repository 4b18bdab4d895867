import { randomBytes, randomInt } from 'node:crypto';
import type { Secret } from './secret.ts';

/** How a credential comes to be when the store does not have it. */
export type CredentialSpec = Formerly & (
  | { readonly kind: 'made'; readonly by: () => string | Promise<string> }
  | { readonly kind: 'provided'; readonly description: string }
  | { readonly kind: 'derived'; readonly from: string; readonly by: (source: Secret) => string | Promise<string> }
);

/** The variables of the old installer's `*.env` files that hold the same secret: an import takes it over from there. */
export interface Formerly {
  readonly formerly?: readonly string[];
}

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Made once, of letters and digits so that no sink needs to escape it; 32 of them carry 190 bits. */
export function generated({ length = 32, ...more }: Formerly & { length?: number } = {}): CredentialSpec {
  return { kind: 'made', by: () => newValue(length), ...more };
}

/** Random letters and digits. */
export function newValue(length: number): string {
  return Array.from({ length }, () => alphanumeric[randomInt(alphanumeric.length)]).join('');
}

/** Made once, random bytes in hex, such as an Erlang cookie. */
export function generatedHex(bytes: number, more: Formerly = {}): CredentialSpec {
  return { kind: 'made', by: () => randomBytes(bytes).toString('hex'), ...more };
}

/** Made once by a function: a key, a certificate authority. */
export function made(by: () => string | Promise<string>): CredentialSpec {
  return { kind: 'made', by };
}

/** Only the operator knows it, and puts it in with `keybuzz secrets set`. */
export function provided(description: string): CredentialSpec {
  return { kind: 'provided', description };
}

/** Computed from another credential of the module, again whenever that one changes. */
export function derived(definition: { from: string; by: (source: Secret) => string | Promise<string> }): CredentialSpec {
  return { kind: 'derived', ...definition };
}
