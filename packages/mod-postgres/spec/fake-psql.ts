import { createHash } from 'node:crypto';
import { ProgramError, type Call } from '@keybuzz/sdk/testing';
import type { Content, FakeRole } from './fake-data.ts';
import type { Member } from './fake-member.ts';
import type { FakePatroni } from './fake-patroni.ts';

const flags = ['SUPERUSER', 'REPLICATION', 'CREATEDB', 'CREATEROLE'];
const contrib = ['plpgsql', 'uuid-ossp', 'pgcrypto', 'pg_stat_statements'];

/** A question, recognised by what only it asks. */
type Query = readonly [pattern: RegExp, answer: (content: Content, found: { readonly words: readonly string[]; readonly database: string }) => unknown];

const queries: readonly Query[] = [
  [/json_object_agg\(datname, pg_get_userbyid\(datdba\)\)/, ({ databases }) => Object.fromEntries(Object.entries(databases).map(([name, { owner }]) => [name, owner]))],
  [/json_agg\(extname\)/, ({ databases }, { database }) => databases[database]?.extensions],
  [/from pg_authid/, ({ roles }) => Object.fromEntries(Object.entries(roles).map(([name, { flags: attributes, login, verifier, acts = [] }]) => [name, { attributes, login, acts, digest: verifier === undefined ? null : createHash('sha256').update(verifier).digest('hex'), salted: verifier?.startsWith('SCRAM-SHA-256$') === true ? verifier.split('$')[1] : null }]))],
  [/has_database_privilege\('public', oid, 'connect'\).*datname = '(\w+)'/, ({ databases }, { words: [name = ''] }) => databases[name]?.open ?? true],
  [/rolname = '(\w+)' and d\.datname = '(\w+)' and has_database_privilege/, ({ grants = [] }, { words: [name = '', to = ''] }) => grants.includes(`connect ${name} ${to}`)],
  [/with r as \(select oid from pg_roles where rolname = '(\w+)'\).*has_schema_privilege/, ({ grants = [] }, { words: [name = ''] }) => (grants.includes(`use ${name}`) ? 0 : 4)],
  [/from pg_proc p join pg_namespace n/, ({ lookup, roles }) => (lookup === undefined || roles['pgbouncer'] === undefined ? '' : `${lookup} true postgres=X/postgres,pgbouncer=X/postgres`)],
  [/from pg_stat_activity where usename in \(([^)]+)\)/, ({ sessions = [] }, { words: [names = ''] }) => sessions.filter(({ role: as }) => names.includes(`'${as}'`))],
  [/json_build_object\('used', \(select count\(\*\) from pg_stat_activity/, ({ roles }) => ({ used: 3, max: 200, standbys: roles['kb_repl'] === undefined ? '' : 'ANY 1 (*)', confirming: 2 })],
];

type Statement = readonly [pattern: RegExp, apply: (content: Content, words: readonly string[]) => Content];

const role = (content: Content, name: string, change: Partial<FakeRole>): Content => ({ ...content, roles: { ...content.roles, [name]: { flags: [], login: false, ...content.roles[name], ...change } } });
const flagged = (words: string): readonly string[] => flags.filter((flag) => words.split(' ').includes(flag));

function database(content: Content, name: string, change: Partial<Content['databases'][string]>): Content {
  const before = content.databases[name];
  if (before === undefined) throw new ProgramError(`ERROR:  database "${name}" does not exist`, 3);
  if (change.owner !== undefined) known(content, change.owner);
  return { ...content, databases: { ...content.databases, [name]: { ...before, ...change } } };
}

function known({ roles }: Content, name: string): void {
  if (roles[name] === undefined) throw new ProgramError(`ERROR:  role "${name}" does not exist`, 3);
}

const statements: readonly Statement[] = [
  [/^CREATE ROLE "(\w+)" (LOGIN|NOLOGIN) ([A-Z ]+?)(?: PASSWORD '([^']+)')?;\n$/, (content, [name = '', login = '', words = '', verifier]) => {
    if (content.roles[name] !== undefined) throw new ProgramError(`ERROR:  role "${name}" already exists`, 3);
    return role(content, name, { login: login === 'LOGIN', flags: flagged(words), ...(verifier === undefined ? {} : { verifier }) });
  }],
  [/^ALTER ROLE "(\w+)" PASSWORD '([^']+)';\n$/, (content, [name = '', verifier = '']) => (known(content, name), role(content, name, { verifier }))],
  [/^ALTER ROLE "(\w+)" (LOGIN|NOLOGIN) ([A-Z ]+);\n$/, (content, [name = '', login = '', words = '']) => (known(content, name), role(content, name, { login: login === 'LOGIN', flags: flagged(words) }))],
  [/^ALTER ROLE "(\w+)" NOLOGIN;\n$/, (content, [name = '']) => (known(content, name), role(content, name, { login: false }))],
  [/^BEGIN;\nGRANT "(\w+)" TO "(\w+)";\nALTER ROLE "\2" SET role = '\1';\nCOMMIT;\n$/, (content, [of = '', name = '']) => (known(content, of), known(content, name), role(content, name, { acts: [of] }))],
  [/^CREATE DATABASE "(\w+)" OWNER "(\w+)";\n$/, (content, [name = '', owner = '']) => {
    if (content.databases[name] !== undefined) throw new ProgramError(`ERROR:  database "${name}" already exists`, 3);
    return database({ ...content, databases: { ...content.databases, [name]: { owner, open: true, extensions: ['plpgsql'] } } }, name, { owner });
  }],
  [/^ALTER DATABASE "(\w+)" OWNER TO "(\w+)";\n$/, (content, [name = '', owner = '']) => database(content, name, { owner })],
  [/^REVOKE CONNECT, TEMPORARY ON DATABASE "(\w+)" FROM PUBLIC;\n$/, (content, [name = '']) => database(content, name, { open: false })],
  [/^GRANT CONNECT, TEMPORARY ON DATABASE "(\w+)" TO "(\w+)";\n$/, (content, [on = '', name = '']) => (known(content, name), { ...content, grants: [...(content.grants ?? []), `connect ${name} ${on}`] })],
  [/^BEGIN;\nGRANT USAGE ON SCHEMA public TO "(\w+)";\n[^]*COMMIT;\n$/, (content, [name = '']) => (known(content, name), { ...content, grants: [...(content.grants ?? []), `use ${name}`] })],
  [/^BEGIN;\nCREATE SCHEMA IF NOT EXISTS keybuzz_pooler;\nCREATE OR REPLACE FUNCTION .* AS '([^']+)';\nREVOKE ALL ON SCHEMA [^]*GRANT EXECUTE ON FUNCTION .* TO (\w+);\nCOMMIT;\n$/, (content, [body = '', pooler = '']) => {
    known(content, pooler);
    return { ...content, lookup: createHash('md5').update(body).digest('hex') };
  }],
];

function extended(content: Content, about: { name: string; extension: string; available: readonly string[] }): Content {
  const { name, extension, available } = about;
  if (!available.includes(extension)) throw new ProgramError(`ERROR:  extension "${extension}" is not available`, 3);
  const before = content.databases[name]?.extensions ?? [];
  return before.includes(extension) ? content : database(content, name, { extensions: [...before, extension] });
}

/** psql over the socket: questions that are known are answered of what the member has, statements change it on the primary. */
export function fakePsql(patroni: FakePatroni, { machine, args, stdin }: Call): string {
  const [, stops, name] = /^-XAtq (-v ON_ERROR_STOP=1 )?-d (\w+) -f -$/.exec(args.join(' ')) ?? [];
  if (name === undefined) throw new ProgramError(`the fake machine does not know psql ${args.join(' ')}`, 2);
  const member = patroni.settled(machine);
  if (member?.serves !== true) throw new ProgramError('error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory', 2);
  if (member.data.content.databases[name] === undefined) throw new ProgramError(`error: FATAL:  database "${name}" does not exist`, 2);
  const text = Buffer.from(stdin).toString('utf8');
  return stops === undefined ? answers(member, { text, database: name }) : changed({ patroni, member }, { text, database: name });
}

interface Asked {
  readonly text: string;
  readonly database: string;
}

/** One line each: questions, `\echo`, `\connect`, and whether a database is there with what depends on it; the script ends at a database that is not. */
function answers({ data: { content } }: Member, { text, database: first }: Asked): string {
  let [database, there] = [first, true];
  return text.split('\n').filter(Boolean).map((line) => {
    const [, verb = '', words = ''] = /^\\(connect|echo|if|endif) ?(.*)$/.exec(line) ?? [];
    const wanted = /^select exists \(select from pg_database where datname = '(\w+)' and datallowconn\) as there \\gset$/.exec(line)?.[1];
    if (wanted !== undefined) there = content.databases[wanted] !== undefined;
    if (verb === 'endif') there = true;
    if (wanted !== undefined || verb === 'if' || verb === 'endif' || !there) return '';
    if (verb === 'echo') return `${words}\n`;
    if (verb !== 'connect') return answered(content, { text: line.replace(/;$/, ''), database });
    database = words.replaceAll('"', '');
    if (content.databases[database] === undefined) throw new ProgramError(`FATAL:  database "${database}" does not exist`, 2);
    return '';
  }).join('');
}

function answered(content: Content, { text, database: name }: Asked): string {
  for (const [pattern, answer] of queries) {
    const found = pattern.exec(text);
    if (found !== null) return `${JSON.stringify(answer(content, { words: found.slice(1), database: name }))}\n`;
  }
  throw new ProgramError(`the fake PostgreSQL does not know: ${text}`, 3);
}

function changed({ patroni, member }: { patroni: FakePatroni; member: Member }, { text, database: name }: Asked): string {
  const { machine } = member.place;
  if (patroni.leader?.place.machine !== machine) throw new ProgramError(`ERROR:  cannot execute ${text.split(' ')[0]} in a read-only transaction`, 3);
  const available = [...contrib, ...(machine.packages.get('postgresql-17-pgvector')?.status === 'installed' ? ['vector'] : [])];
  const extension = /^CREATE EXTENSION IF NOT EXISTS "([\w-]+)";\n$/.exec(text)?.[1];
  const found = extension !== undefined ? extended(member.data.content, { name, extension, available }) : statements.flatMap(([pattern, apply]) => {
    const words = pattern.exec(text)?.slice(1);
    return words === undefined ? [] : [apply(member.data.content, words)];
  })[0];
  if (found === undefined) throw new ProgramError(`the fake PostgreSQL does not know: ${text.split(' ').slice(0, 3).join(' ')}`, 3);
  patroni.replicate(found, machine);
  return '';
}
