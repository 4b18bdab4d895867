import type { Place, Problems } from './problem.ts';

/** What can be written of a host, whatever the format. */
export const fields = ['env', 'name', 'address', 'publicAddress', 'fqdn', 'user', 'port', 'pool', 'role', 'subrole', 'dockerStack', 'core', 'notes'] as const;

export type Field = (typeof fields)[number];

/** A value as written, trimmed, and where it stands. */
export interface Cell extends Place {
  readonly value: string;
}

/** A host as written, before anything is checked; the place is that of its row or key. */
export interface Draft extends Place {
  readonly cells: Readonly<Partial<Record<Field, Cell>>>;
  /** Fields that were complained about while reading: their absence is no second problem. */
  readonly spoiled?: ReadonlySet<Field>;
}

/** What checks need to know of the file that drafts came from. */
export interface Sheet {
  readonly file: string;
  readonly env: string;
  readonly privateNetwork: string;
  /** What the file calls each field. */
  readonly labels: Readonly<Record<Field, string>>;
  /** Fields the whole file lacks: complained about once, not for each host. */
  readonly lacks: ReadonlySet<Field>;
  readonly problems: Problems;
}

/** The written value; undefined when there is none, or only a dash. */
export function written(draft: Draft, field: Field): string | undefined {
  const value = draft.cells[field]?.value ?? '';
  return value === '' || value === '-' ? undefined : value;
}

/** Adds a problem of one field of a draft, where its value stands or else where the draft does. */
export function complain(sheet: Sheet, draft: Draft, about: { field: Field; message: string }): void {
  if (draft.spoiled?.has(about.field)) return;
  sheet.problems.add(draft.cells[about.field] ?? draft, sheet.labels[about.field], about.message);
}
