import { Failure } from '../command/failure.ts';
import { lacking } from './lacking.ts';
import { holdsPrivateKey, secretParts } from './pem.ts';
import { Secret } from './secret.ts';
import { authorityName, rotated } from './rotation.ts';
import type { CredentialSpec } from './specification.ts';
import { readEntries, writeEntries, type Entries, type Entry, type StoreKeys } from './store-file.ts';
import { underLock } from './store-lock.ts';
import { storeName } from './store-name.ts';

/** What may be said of a secret without its value. */
export interface SecretSummary {
  readonly name: string;
  readonly origin: Entry['origin'];
  readonly ageDays: number;
  /** The value before this one is kept too, until it is confirmed. */
  readonly previous?: true;
}

/** The secrets of a stack. Missing ones are made when a module needs them; those that are there stay. */
export interface SecretStore {
  list(): readonly SecretSummary[];
  get(name: string): Secret | undefined;
  set(name: string, value: string): Promise<void>;
  /** Values from elsewhere are in the store, marked as imported; one that differs from what is there is refused unless `replace`. */
  importAll(values: ReadonlyMap<string, string>, options?: { replace?: boolean }): Promise<void>;
  /** The value before the last change is forgotten; whether the new one is in use, the operator knows. */
  confirm(name: string): Promise<void>;
  /** A new value is in the store; the one before is kept until it is confirmed. Throws Failure `badConfig` while one before is kept already, unless it is a certificate's. */
  rotate(name: string): Promise<void>;
  /** A module's credentials; in a read-only store a missing one is a value of this run only. */
  resolve(specs: Readonly<Record<string, CredentialSpec>>, module: string): Promise<Record<string, Secret>>;
  /**
   * The value of that name, made anew where it is missing or not `good` any more; it is made by one of those who ask at
   * the same time, and in a read-only store for this run only.
   */
  renew(name: string, as: Renewal): Promise<Secret>;
  /** Every value there is, those before a rotation too, without what is public in them: what must never be printed. */
  all(): readonly Secret[];
}

/** When a value is no longer good, and how another is made; both are told the time. */
export interface Renewal {
  readonly good: (value: string, now: Date) => boolean;
  readonly make: (now: Date) => string | Promise<string>;
}

export interface OpenStoreOptions extends StoreKeys {
  /** Nothing is written: plans, health and explanations. */
  readonly readOnly?: boolean;
  readonly now?: () => Date;
}

/** The store, read once; every change reads it again under a lock, so that two operators lose nothing of one another's. */
export async function openStore(options: OpenStoreOptions): Promise<SecretStore> {
  const now = (): Date => options.now?.() ?? new Date();
  let entries = await readEntries(options);
  let shown: { of: Entries; parts: readonly Secret[] } = { of: {}, parts: [] };
  let turn: Promise<void> = Promise.resolve();
  // One change after the other: modules that start together resolve their credentials together.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const change = (edit: (before: Entries) => Promise<Entries> | Entries): Promise<void> => {
    if (options.readOnly === true) throw new Failure('badConfig', `the secret store ${options.file} was opened for reading`);
    return inTurn(() => underLock(options.file, async () => {
      const before = await readEntries(options);
      entries = await edit(before);
      if (entries !== before) await writeEntries(options, entries);
    }));
  };
  const make = (edit: (before: Entries) => Promise<Entries>): Promise<void> =>
    options.readOnly === true ? inTurn(async () => void (entries = await edit(entries))) : change(edit);
  const complete = async (specs: Specs, module: string): Promise<void> => {
    const missing = async (before: Entries): Promise<Entries> => ({ ...before, ...(await lacking(before, { specs, module, now: now() })) });
    if (Object.keys(await lacking(entries, { specs, module, now: now() })).length === 0) return;
    await make(missing);
  };
  const secretOf = (name: string): Secret | undefined => {
    const entry = entries[name];
    return entry === undefined ? undefined : Secret.of(name, entry.value, { ...entry, since: sinceOf(entry) });
  };
  return {
    list: () => Object.entries(entries).toSorted(([a], [b]) => a.localeCompare(b)).map(([name, entry]) => summary(name, entry, now())),
    get: secretOf,
    set: (name, value) => change((before) => ({ ...before, [checked(name)]: renewed(before[name], { value, origin: 'set', at: now() }) })),
    importAll: (values, { replace = false } = {}) => change((before) => {
      const differing = [...values].filter(([name, value]) => before[name] !== undefined && before[name].value !== value).map(([name]) => name);
      if (differing.length > 0 && !replace) throw new Failure('badConfig', `the store has other values for ${differing.join(', ')}`, { next: 'add --replace if the imported ones are in use' });
      const entries = [...values].filter(([name, value]) => before[name]?.value !== value).map(([name, value]) => [checked(name), renewed(before[name], { value, origin: 'imported', at: now() })] as const);
      return { ...before, ...Object.fromEntries(entries) };
    }),
    confirm: (name) => change((before) => {
      const { [name]: entry, ...others } = before;
      if (entry === undefined) throw new Failure('badConfig', `no secret ${name}`, { next: 'keybuzz secrets list' });
      const { previous: _, ...kept } = entry;
      return { ...others, [name]: kept };
    }),
    rotate: (name) => change(async (before) => {
      const entry = before[name];
      if (entry === undefined) throw new Failure('badConfig', `no secret ${name} to rotate`, { next: 'keybuzz secrets list' });
      if (entry.previous !== undefined && !holdsPrivateKey(entry.value)) throw unconfirmed(name);
      const value = await rotated(name, { value: entry.value, authority: before[authorityName]?.value, now: now() });
      return { ...before, [name]: { ...renewed(entry, { value, origin: 'generated', at: now() }), rotations: (entry.rotations ?? 0) + 1 } };
    }),
    renew: async (name, as) => {
      const good = (of: Entries): boolean => of[name] !== undefined && as.good(of[name].value, now());
      if (!good(entries)) {
        await make(async (before) => (good(before) ? before : { ...before, [checked(name)]: renewed(before[name], { value: await as.make(now()), origin: 'generated', at: now() }) }));
      }
      return secretOf(name) as Secret;
    },
    resolve: async (specs, module) => {
      await complete(specs, module);
      return Object.fromEntries(Object.keys(specs).map((key) => [key, secretOf(storeName(module, key)) as Secret]));
    },
    all: () => {
      // Asked before every line that is shown.
      if (shown.of !== entries) shown = { of: entries, parts: allParts(entries) };
      return shown.parts;
    },
  };
}

type Specs = Readonly<Record<string, CredentialSpec>>;

function allParts(entries: Entries): readonly Secret[] {
  return Object.entries(entries).flatMap(([name, { value, previous }]) => [value, previous].flatMap((each) => (each === undefined ? [] : secretParts(name, each))));
}

const sinceOf = ({ createdAt, rotatedAt }: Entry): Date => new Date(rotatedAt ?? createdAt);

function summary(name: string, entry: Entry, now: Date): SecretSummary {
  const { origin, previous } = entry;
  return { name, origin, ageDays: Math.floor((now.getTime() - sinceOf(entry).getTime()) / 86_400_000), ...(previous === undefined ? {} : { previous: true }) };
}

function renewed(before: Entry | undefined, to: { value: string; origin: Entry['origin']; at: Date }): Entry {
  const at = to.at.toISOString();
  if (before === undefined) return { value: to.value, origin: to.origin, createdAt: at };
  return { value: to.value, origin: to.origin, createdAt: before.createdAt, rotatedAt: at, previous: before.value, ...(before.rotations === undefined ? {} : { rotations: before.rotations }) };
}

/** Of two values before, the store would keep one: whoever still used the other would be locked out by the next rollout. */
function unconfirmed(name: string): Failure {
  return new Failure('badConfig', `${name} has a value before this one that is not confirmed to be out of use: only one is kept, and its users would be locked out`, { next: `keybuzz rollout, then keybuzz secrets confirm ${name} when every client has the present value` });
}

function checked(name: string): string {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(name)) throw new Failure('badConfig', `${name} is no name of a secret, wanted one such as postgres/app`, { next: 'keybuzz secrets list' });
  return name;
}
