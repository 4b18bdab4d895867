/** The values in an object of objects, by their path with dots: what a table of settings has a row for. */
export function leaves(of: unknown, prefix = ''): readonly (readonly [path: string, value: unknown])[] {
  if (typeof of !== 'object' || of === null) return [];
  return Object.entries(of).flatMap(([key, value]: [string, unknown]) => {
    const path = `${prefix}${key}`;
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return inner ? leaves(value, `${path}.`) : [[path, value] as const];
  });
}
