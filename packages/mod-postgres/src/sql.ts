import { change, reader, sh, type Change, type Command, type Fact } from '@keybuzz/sdk';

/**
 * psql as the superuser, over the socket, reading its commands: the program itself, since Debian's /usr/bin/psql is a script that
 * costs more than what it starts, and without a session of PAM, which would be noted in the journal at every look.
 */
function psql(words: readonly string[]): Command {
  return sh`set -- /usr/lib/postgresql/*/bin/psql; setpriv --reuid=postgres --regid=postgres --init-groups "$1" -XAtq ${words} -f -`;
}

/** Everything that is asked of PostgreSQL at one moment, by one psql. A query that fails, or whose database is not there, has no answer; the others have theirs. */
const answers = reader<unknown>({
  name: 'PostgreSQL',
  anyExit: true,
  command: (keys) => psql(['-d', 'postgres']).stdin(script(keys)),
  parse: ({ stdout }, keys) => {
    const said = new Map(stdout.split(mark).slice(1).map((each) => [Number.parseInt(each, 10), each.slice(each.indexOf('\n') + 1).trim()]));
    return new Map(keys.map((key, at) => [key, parsed(said.get(at))]));
  },
});

// No line of JSON begins so.
const mark = '#answer ';

function script(keys: readonly string[]): string {
  const asked = keys.map((key, at) => ({ at, ...(JSON.parse(key) as Asked) }));
  const byDatabase = Map.groupBy(asked, ({ database }) => database);
  return [...byDatabase].toSorted(([a], [b]) => Number(b === 'postgres') - Number(a === 'postgres')).map(([database, queries]) => `${database === 'postgres' ? '' : `\\connect ${identifier(database)}\n`}${queries.map(({ at, query }) => `\\echo ${mark}${at}\n${query};\n`).join('')}`).join('');
}

function parsed(text: string | undefined): unknown {
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as unknown);
}

interface Asked {
  readonly database: string;
  readonly query: string;
}

/** What a query of one database answers as JSON; undefined while PostgreSQL does not run there, or the database is not there. */
export function queried<T>({ database, query }: Asked): Fact<T | undefined> {
  return answers(JSON.stringify({ database, query })) as Fact<T | undefined>;
}

/** Statements run in one database, until one fails; they may carry secrets, which go by standard input only. */
export function statement(text: string, about: { database?: string; summary: string; touches: string }): Change {
  const { database = 'postgres', summary, touches } = about;
  return change(psql(['-v', 'ON_ERROR_STOP=1', '-d', database]).stdin(`${text};\n`), { summary, touches: [touches], within: 300_000 });
}

/** An SQL identifier, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
