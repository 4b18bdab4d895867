const plain = /^[A-Za-z0-9_@%+:,./-]+$/;

/** One word that every POSIX shell reads back literally; throws on a NUL byte, which no argument can carry. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot contain a NUL byte');
  if (plain.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
