/** The full name of a unit; without a suffix it is a service. */
export function withSuffix(unit: string): string {
  return /\.(service|socket|timer|path|mount|automount|swap|target|slice)$/.test(unit) ? unit : `${unit}.service`;
}

/** The name of a unit as it is spoken: without `.service`. */
export function short(unit: string): string {
  return unit.replace(/\.service$/, '');
}
