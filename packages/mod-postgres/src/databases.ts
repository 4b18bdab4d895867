import { operation, sqlLiteral, together, type Operation } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { identifier, queried, statement } from './sql.ts';

type Database = PostgresConfig['databases'][number];

const owners = `select coalesce(json_object_agg(datname, pg_get_userbyid(datdba)), '{}') from pg_database where not datistemplate`;
const extensions = `select coalesce(json_agg(extname), '[]') from pg_extension`;

/** The database is there, its owner is, and nobody else may connect who was not let in; its extensions are made by the superuser, so that applications need no rights for them. */
export function databaseThere({ name, owner, extensions: wanted }: Database): Operation {
  return together(`database ${name} is there`, [owned(name, owner), closed(name), ...wanted.map((extension) => extended(name, extension))]);
}

function owned(name: string, owner: string): Operation {
  return operation({
    title: `database ${name} belongs to ${owner}`,
    look: { seen: queried<Readonly<Record<string, string>>>({ database: 'postgres', query: owners }) },
    change: ({ seen }) => {
      const now = seen?.[name];
      if (now === undefined) return [statement(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}`, { summary: `create database ${name}`, touches: `database:${name}` })];
      return [now !== owner && statement(`ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)}`, { summary: `database ${name} belongs to ${owner}`, touches: `database:${name}` })];
    },
  });
}

function closed(name: string): Operation {
  const query = `select to_json(coalesce((select has_database_privilege('public', oid, 'connect') from pg_database where datname = ${sqlLiteral(name)}), true))`;
  return operation({
    title: `database ${name} is closed to roles that were not let in`,
    look: { open: queried<boolean>({ database: 'postgres', query }) },
    change: ({ open = true }) => [open && statement(`REVOKE CONNECT, TEMPORARY ON DATABASE ${identifier(name)} FROM PUBLIC`, { summary: `close database ${name} to everybody else`, touches: `database:${name}` })],
  });
}

function extended(name: string, extension: string): Operation {
  return operation({
    title: `extension ${extension} is in ${name}`,
    look: { seen: queried<readonly string[]>({ database: name, query: extensions }) },
    change: ({ seen = [] }) => [!seen.includes(extension) && statement(`CREATE EXTENSION IF NOT EXISTS ${identifier(extension)}`, { database: name, summary: `extension ${extension} in ${name}`, touches: `extension:${name}/${extension}` })],
  });
}
