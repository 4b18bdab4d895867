import { change, reader, sh, type Change, type Command, type Fact } from '@keybuzz/sdk';

/** psql as the superuser, over the socket: it reads its commands and stops at the first that fails. */
export function psql(database: string): Command {
  return sh`runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d ${database} -f -`;
}

/** What a query of one database answers as JSON; undefined while PostgreSQL does not run there, or the database is not there. */
export function queried<T>(name: string, { database, query }: { database: string; query: string }): Fact<T | undefined> {
  return asking<T>(name, database)(query);
}

const readers = new Map<string, ReturnType<typeof newReader>>();

function asking<T>(name: string, database: string): (query: string) => Fact<T | undefined> {
  const id = `${name}\0${database}`;
  const known = readers.get(id) ?? newReader(name, database);
  readers.set(id, known);
  return known as (query: string) => Fact<T | undefined>;
}

function newReader(name: string, database: string): (query: string) => Fact<unknown> {
  return reader<unknown>({
    name,
    anyExit: true,
    command: (queries) => psql(database).stdin(queries.map((query) => `${query};\n`).join('')),
    parse: ({ code, stdout }, queries) => {
      const answers = code === 0 ? stdout.split('\n') : [];
      return new Map(queries.map((query, at) => [query, answers[at] === undefined || answers[at] === '' ? undefined : (JSON.parse(answers[at]) as unknown)]));
    },
  });
}

/** Statements run in one database; they may carry secrets, which go by standard input only. */
export function statement(text: string, about: { database?: string; summary: string; touches: string }): Change {
  const { database = 'postgres', summary, touches } = about;
  return change(psql(database).stdin(`${text};\n`), { summary, touches: [touches], within: 300_000 });
}

/** An SQL identifier, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
