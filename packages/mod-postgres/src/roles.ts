import { createHash } from 'node:crypto';
import { operation, sqlLiteral, type Operation, type Secret } from '@keybuzz/sdk';
import { role } from './hba.ts';
import { scramVerifier } from './scram.ts';
import { identifier, queried, statement } from './sql.ts';

/** The password of a role, and the verifier that PostgreSQL is given when it has none of this password. */
export interface RolePassword {
  readonly secret: Secret;
  readonly verifier: Secret;
}

/** A role of the cluster. */
export interface RoleWanted {
  readonly name: string;
  readonly attributes: readonly ('SUPERUSER' | 'REPLICATION' | 'CREATEDB' | 'CREATEROLE')[];
  /** Without one it has none, or keeps what it has. */
  readonly password?: RolePassword | undefined;
  /** Whether it may log in; one that is `kept` stays able to if it is, and unable if it is not. */
  readonly login?: 'may' | 'kept';
  /** The role that it is a member of, and does everything as. */
  readonly actsAs?: string;
}

interface RoleSeen {
  readonly attributes: readonly string[];
  readonly login: boolean;
  /** SHA-256 of the verifier, which itself never leaves the host. */
  readonly digest: string | null;
  /** Iterations and salt of the verifier, as `4096:BASE64`: whoever tries to log in is told them. Null without a SCRAM verifier. */
  readonly salted: string | null;
  /** The roles that it is a member of and does everything as. */
  readonly acts: readonly string[];
}

const known = ['SUPERUSER', 'REPLICATION', 'CREATEDB', 'CREATEROLE'] as const;
const columns = { SUPERUSER: 'rolsuper', REPLICATION: 'rolreplication', CREATEDB: 'rolcreatedb', CREATEROLE: 'rolcreaterole' } as const;
const attributes = known.map((name) => `case when ${columns[name]} then ${sqlLiteral(name)} end`).join(', ');
const allRoles = `select coalesce(json_object_agg(rolname, json_build_object('attributes', array_remove(array[${attributes}], null), 'login', rolcanlogin, 'acts', array(select of.rolname from pg_auth_members m join pg_roles of on of.oid = m.roleid join pg_db_role_setting s on s.setrole = m.member and s.setdatabase = 0 where m.member = pg_authid.oid and 'role=' || of.rolname = any(s.setconfig)), 'digest', encode(sha256(convert_to(rolpassword, 'UTF8')), 'hex'), 'salted', case when rolpassword like 'SCRAM-SHA-256$%' then split_part(rolpassword, '$', 2) end)), '{}') from pg_authid where rolname !~ '^pg_'`;

/** The roles of the cluster by name. */
export const rolesSeen = queried<Readonly<Record<string, RoleSeen>>>({ database: 'postgres', query: allRoles });

/** The role is there with exactly these attributes and this password. */
export function roleThere({ name, attributes: wanted, password, login = 'may', actsAs }: RoleWanted): Operation {
  return operation({
    title: `role ${name} is there`,
    look: { roles: rolesSeen },
    change: ({ roles }) => {
      const now = roles?.[name];
      const can = login === 'may' || now?.login === true;
      const flags = [can ? 'LOGIN' : 'NOLOGIN', ...known.map((flag) => (wanted.includes(flag) ? flag : `NO${flag}`))].join(' ');
      const set = password === undefined ? '' : ` PASSWORD ${sqlLiteral(password.verifier)}`;
      const about = { touches: `role:${name}` };
      const acting = actsAs !== undefined && now?.acts.includes(actsAs) !== true && statement(`BEGIN;\nGRANT ${identifier(actsAs)} TO ${identifier(name)};\nALTER ROLE ${identifier(name)} SET role = ${sqlLiteral(actsAs)};\nCOMMIT`, { ...about, summary: `role ${name} does everything as ${actsAs}` });
      if (now === undefined) return [statement(`CREATE ROLE ${identifier(name)} ${flags}${set}`, { ...about, summary: `create role ${name}` }), acting];
      const same = now.login === can && wanted.length === now.attributes.length && wanted.every((flag) => now.attributes.includes(flag));
      const comesBack = can && !now.login;
      return [
        acting,
        password !== undefined && !has(now, password) && statement(`ALTER ROLE ${identifier(name)}${set}`, { ...about, summary: `new password of role ${name}` }),
        // Last: a role that comes back must not be let in with the password that it had.
        !same && statement(`ALTER ROLE ${identifier(name)} ${flags}`, { ...about, summary: comesBack ? `role ${name} may log in` : `role ${name} is ${wanted.join(', ') || 'an ordinary one'}` }),
      ];
    },
  });
}

/** Whether PostgreSQL keeps a verifier of this password, ours or one with another salt: somebody else may have set the same one. */
function has({ digest, salted }: RoleSeen, { secret, verifier }: RolePassword): boolean {
  if (digest === sha256(verifier.reveal())) return true;
  const [iterations, salt] = salted?.split(':') ?? [];
  return salt !== undefined && digest === sha256(scramVerifier(secret, { salt: Buffer.from(salt, 'base64'), iterations: Number(iterations) }));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const lookup = 'keybuzz_pooler';
// The folder of a SECURITY DEFINER function's names must be its own, or a user's table could stand in for pg_shadow.
const lookupBody = `select usename::text, passwd::text from pg_catalog.pg_shadow where usename = wanted and (valuntil is null or valuntil > now())`;

/** The query that the pooler asks for the verifier of a user. */
export const authQuery = `SELECT usename, passwd FROM ${lookup}.verifier($1)`;

/** The pooler, and nobody else, may ask for verifiers, through one function of the database `postgres`. */
export function poolerLookup(): Operation {
  const query = `select to_json(coalesce((select md5(prosrc) || ' ' || has_function_privilege('${role.pooler}', p.oid, 'execute') || ' ' || coalesce(array_to_string(proacl, ','), 'public') from pg_proc p join pg_namespace n on n.oid = pronamespace where n.nspname = '${lookup}' and proname = 'verifier' and exists (select from pg_roles where rolname = '${role.pooler}')), ''))`;
  const granted = createHash('md5').update(lookupBody).digest('hex');
  return operation({
    title: 'the pooler can look verifiers up',
    look: { seen: queried<string>({ database: 'postgres', query }) },
    change: ({ seen = '' }) => {
      const [body, allowed, acl = 'public'] = seen.split(' ');
      if (body === granted && allowed === 'true' && acl !== 'public' && !/(^|,)=/.test(acl)) return [];
      const made = [
        `CREATE SCHEMA IF NOT EXISTS ${lookup}`,
        `CREATE OR REPLACE FUNCTION ${lookup}.verifier(wanted text, OUT usename text, OUT passwd text) RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS ${sqlLiteral(lookupBody)}`,
        `REVOKE ALL ON SCHEMA ${lookup} FROM PUBLIC`,
        `REVOKE ALL ON FUNCTION ${lookup}.verifier(text) FROM PUBLIC`,
        `GRANT USAGE ON SCHEMA ${lookup} TO ${role.pooler}`,
        `GRANT EXECUTE ON FUNCTION ${lookup}.verifier(text) TO ${role.pooler}`,
      ];
      return [statement(`BEGIN;\n${made.join(';\n')};\nCOMMIT`, { summary: `make ${lookup}.verifier for the role ${role.pooler}`, touches: 'function:pooler-lookup' })];
    },
  });
}
