import { operation, sqlLiteral, together, type Operation } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { identifier, queried, statement } from './sql.ts';

type Access = PostgresConfig['roles'][number]['grants'][number]['access'];

/** Who may do what in whose database. */
export interface Grant {
  readonly role: string;
  readonly database: string;
  readonly owner: string;
  readonly access: Access;
}

/** Privileges on tables and on sequences of the schema public. */
const privileges: Readonly<Record<Exclude<Access, 'connect'>, { readonly tables: readonly string[]; readonly sequences: readonly string[] }>> = {
  read: { tables: ['SELECT'], sequences: ['SELECT'] },
  write: { tables: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], sequences: ['SELECT', 'USAGE'] },
};

/** The role may connect to the database and, as far as it is granted, use what is in it now and what its owner makes there later. */
export function granted(grant: Grant): Operation {
  const { role, database, access } = grant;
  const connects = connected(grant);
  return access === 'connect' ? connects : together(`role ${role} may ${access} in ${database}`, [connects, used({ ...grant, access })]);
}

function connected({ role, database }: Grant): Operation {
  // Asked by catalog: a function of privileges fails for a role that is not there yet.
  const query = `select to_json(exists (select from pg_roles r, pg_database d where r.rolname = ${sqlLiteral(role)} and d.datname = ${sqlLiteral(database)} and has_database_privilege(r.oid, d.oid, 'connect')))`;
  return operation({
    title: `role ${role} may connect to ${database}`,
    look: { may: queried<boolean>({ database: 'postgres', query }) },
    change: ({ may }) => [may !== true && statement(`GRANT CONNECT, TEMPORARY ON DATABASE ${identifier(database)} TO ${identifier(role)}`, { summary: `let ${role} connect to ${database}`, touches: `grant:${database}/${role}` })],
  });
}

function used({ role, database, owner, access }: Grant & { access: keyof typeof privileges }): Operation {
  const { tables, sequences } = privileges[access];
  return operation({
    title: `role ${role} may ${access} what is in ${database}`,
    look: { lacking: queried<number>({ database, query: lacking({ role, owner, tables, sequences }) }) },
    change: ({ lacking: count }) => {
      const to = identifier(role);
      const later = `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)} IN SCHEMA public GRANT`;
      const statements = [
        `GRANT USAGE ON SCHEMA public TO ${to}`,
        `GRANT ${tables.join(', ')} ON ALL TABLES IN SCHEMA public TO ${to}`,
        `GRANT ${sequences.join(', ')} ON ALL SEQUENCES IN SCHEMA public TO ${to}`,
        `${later} ${tables.join(', ')} ON TABLES TO ${to}`,
        `${later} ${sequences.join(', ')} ON SEQUENCES TO ${to}`,
      ];
      return [count !== 0 && statement(`BEGIN;\n${statements.join(';\n')};\nCOMMIT`, { database, summary: `let ${role} ${access} in ${database}`, touches: `grant:${database}/${role}` })];
    },
  });
}

/** Counts what the role lacks: privileges on what is there, and those on what the owner makes later; 1 for a role that is not there. */
function lacking(about: { role: string; owner: string; tables: readonly string[]; sequences: readonly string[] }): string {
  const { role, owner, tables, sequences } = about;
  const without = (has: string, kinds: string, wanted: readonly string[]): string =>
    `(select count(*) from r, pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in (${kinds}) and (${wanted.map((each) => `not ${has}(r.oid, c.oid, '${each}')`).join(' or ')}))`;
  const later = (kind: string, wanted: readonly string[]): string =>
    `(select count(*) from r, unnest(array[${wanted.map((each) => `'${each}'`).join(', ')}]) as p where not exists (select from pg_default_acl d, aclexplode(d.defaclacl) a where d.defaclrole = (select oid from pg_roles where rolname = ${sqlLiteral(owner)}) and d.defaclnamespace = 'public'::regnamespace and d.defaclobjtype = '${kind}' and a.grantee = r.oid and a.privilege_type = p))`;
  const parts = [
    `(select count(*) from r where not has_schema_privilege(r.oid, 'public', 'usage'))`,
    without('has_table_privilege', `'r', 'p', 'v', 'm', 'f'`, tables),
    without('has_sequence_privilege', `'S'`, sequences),
    later('r', tables),
    later('S', sequences),
    `(select case when exists (select from r) then 0 else 1 end)`,
  ];
  return `select to_json((with r as (select oid from pg_roles where rolname = ${sqlLiteral(role)}) select ${parts.join(' + ')}))`;
}
