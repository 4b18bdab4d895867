import { createHash } from 'node:crypto';
import { Failure } from '../command/failure.ts';
import { Secret } from './secret.ts';
import type { CredentialSpec } from './specification.ts';
import type { Entries, Entry } from './store-file.ts';
import { storeName } from './store-name.ts';

/** The entries a module needs and the store lacks: never made, or derived from a value that has changed since. */
export async function lacking(present: Entries, about: { specs: Readonly<Record<string, CredentialSpec>>; module: string; now: Date }): Promise<Entries> {
  const made: Record<string, Entry> = {};
  const createdAt = about.now.toISOString();
  for (const [key, spec] of Object.entries(about.specs)) {
    const name = storeName(about.module, key);
    const source = spec.kind === 'derived' ? { ...present, ...made }[storeName(about.module, spec.from)] : undefined;
    const sourceDigest = source === undefined ? undefined : createHash('sha256').update(source.value).digest('hex');
    if (present[name] !== undefined && present[name].sourceDigest === sourceDigest) continue;
    if (spec.kind === 'provided') {
      if (present[name] !== undefined) continue;
      throw new Failure('badConfig', `the secret ${name} is not in the store: ${spec.description}`, { next: `keybuzz secrets set ${name}` });
    }
    if (spec.kind === 'derived' && source === undefined) throw new TypeError(`${about.module}: ${key} is derived from ${spec.from}, which must come before it`);
    const value = spec.kind === 'derived' ? await spec.by(Secret.of(spec.from, source?.value ?? '')) : await spec.by();
    made[name] = { value, createdAt, origin: 'generated', ...(sourceDigest === undefined ? {} : { sourceDigest }) };
  }
  return made;
}
