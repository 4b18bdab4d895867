/** A number with its noun, such as "1 change" and "2 changes"; every noun we count adds an s. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
