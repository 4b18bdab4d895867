/** Rows of comma-separated values (RFC 4180) by the names in the first line; an empty text has none. */
export function csv(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = text.split('\n').filter((line) => line.trim() !== '').map(fields);
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])));
}

function fields(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
}
