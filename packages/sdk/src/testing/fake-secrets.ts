import { Secret, storeName, type CredentialSpec, type SecretStore } from '../credentials/index.ts';
import { secretParts } from '../credentials/pem.ts';
import { authorityName, rotated } from '../credentials/rotation.ts';

/** A store in memory: generated secrets are made once, those an operator provides are given here or made up, certificates are real ones. */
export function fakeSecrets(given: Readonly<Record<string, string>> = {}, { now = () => new Date() }: { now?: () => Date } = {}): SecretStore {
  const values = new Map(Object.entries(given));
  const previous = new Map<string, string>();
  const rotations = new Map<string, number>();
  // What a derived value was computed from; one that was given is of whatever its source is when it is first asked for.
  const sources = new Map<string, string>();
  const secretOf = (name: string): Secret | undefined => (values.has(name) ? Secret.of(name, values.get(name) ?? '', { previous: previous.get(name), rotations: rotations.get(name) }) : undefined);
  const put = (name: string, value: string): void => {
    const before = values.get(name);
    if (before !== undefined) previous.set(name, before);
    values.set(name, value);
    sources.delete(name);
  };
  const renew: SecretStore['renew'] = async (name, as) => {
    const known = values.get(name);
    if (known === undefined || !as.good(known, now())) values.set(name, await as.make(now()));
    return secretOf(name) as Secret;
  };
  const complete = async (specs: Readonly<Record<string, CredentialSpec>>, module: string): Promise<void> => {
    for (const [key, spec] of Object.entries(specs)) {
      const name = storeName(module, key);
      const source = spec.kind === 'derived' ? (values.get(storeName(module, spec.from)) ?? '') : '';
      const good = values.has(name) && (sources.get(name) ?? source) === source;
      sources.set(name, source);
      if (!good) values.set(name, await valueOf(spec, { name, of: (other) => Secret.of(other, values.get(storeName(module, other)) ?? '') }));
    }
  };
  // One after the other: hosts that begin together must get the same values.
  let turn: Promise<void> = Promise.resolve();
  return {
    list: () => [...values.keys()].map((name) => ({ name, origin: 'generated' as const, ageDays: 0 })),
    get: secretOf,
    set: async (name, value) => put(name, value),
    importAll: async (given) => given.forEach((value, name) => values.set(name, value)),
    confirm: async (name) => void previous.delete(name),
    rotate: async (name) => {
      put(name, await rotated(name, { value: values.get(name) ?? '', authority: values.get(authorityName), now: now() }));
      rotations.set(name, (rotations.get(name) ?? 0) + 1);
    },
    renew: (name, as) => {
      const mine = turn.then(() => renew(name, as));
      turn = mine.then(() => undefined, () => undefined);
      return mine;
    },
    resolve: async (specs, module) => {
      turn = turn.then(() => complete(specs, module));
      await turn;
      return Object.fromEntries(Object.keys(specs).map((key) => [key, secretOf(storeName(module, key)) as Secret]));
    },
    all: () => [...values, ...previous].flatMap(([name, value]) => secretParts(name, value)),
  };
}

async function valueOf(spec: CredentialSpec, about: { name: string; of: (key: string) => Secret }): Promise<string> {
  switch (spec.kind) {
    case 'made': return spec.by();
    case 'derived': return spec.by(about.of(spec.from));
    case 'provided': return `provided-${about.name.replaceAll('/', '-')}-0123456789`;
  }
}
