import type { BaseIssue, BaseSchema } from 'valibot';

type Schema = BaseSchema<unknown, unknown, BaseIssue<unknown>>;

/** The parts of valibot's schemas that lead to a key. */
interface Shape extends Schema {
  readonly wrapped?: Shape;
  readonly entries?: Readonly<Record<string, Shape>>;
}

/** The keys that an object of the configuration may have, given the keys that lead to it; none when it is no object. */
export function keysAt(schema: Schema, path: readonly string[]): readonly string[] {
  let at: Shape | undefined = unwrapped(schema as Shape);
  for (const key of path) at = unwrapped(at?.entries?.[key]);
  return Object.keys(at?.entries ?? {});
}

function unwrapped(schema: Shape | undefined): Shape | undefined {
  return schema?.wrapped === undefined ? schema : unwrapped(schema.wrapped);
}
