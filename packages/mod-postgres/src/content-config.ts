import * as v from 'valibot';
import { role as own } from './hba.ts';
import { secondLogin } from './logins.ts';

/** Of an identifier in PostgreSQL (NAMEDATALEN - 1). */
const longest = 63;

// What needs no quotes in SQL, in pg_hba and in a DCS path.
const identifier = v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_]{0,62}$/, 'a lower-case SQL identifier'));

const grant = v.strictObject({
  database: v.pipe(identifier, v.description('Database it may use')),
  access: v.optional(v.pipe(v.picklist(['connect', 'read', 'write']), v.description('Connect; or read every table of the schema public, those that the owner makes later too; or write them as well')), 'read'),
});

const taken = /^pg_|^(postgres|public|none)$/;
const ownNames: readonly string[] = [...Object.values(own), secondLogin(own.app)];

const role = v.strictObject({
  // PostgreSQL would cut the name of its second login.
  name: v.pipe(identifier, v.check((name) => secondLogin(name).length <= longest, 'a name of at most 61 characters: its second login has two more'), v.check((name) => !taken.test(name) && !ownNames.includes(name), 'a name that neither PostgreSQL nor this module has taken'), v.description('Name of the role')),
  attributes: v.optional(v.pipe(v.array(v.picklist(['CREATEDB', 'CREATEROLE', 'REPLICATION'])), v.description('What else it may')), []),
  grants: v.optional(v.pipe(v.array(grant), v.description('Databases it may use besides its own')), []),
});

const database = v.strictObject({
  name: v.pipe(identifier, v.description('Name of the database')),
  owner: v.optional(v.pipe(identifier, v.description('Role that owns it')), own.app),
  extensions: v.optional(v.pipe(v.array(v.string()), v.description('Extensions it has')), []),
});

/** Databases as data. */
export const databases = v.array(database);

/** Roles as data. */
export const roles = v.array(role);

/** What databases and roles say of one another. */
interface Content {
  readonly databases: v.InferOutput<typeof databases>;
  readonly roles: v.InferOutput<typeof roles>;
}

/** What is wrong with them together, in the words of "wanted …"; undefined when nothing is. */
export function contradiction({ databases: all, roles: named }: Content): string | undefined {
  const names = named.map(({ name }) => name);
  const twice = [names, all.map(({ name }) => name)].flatMap((each) => each.filter((name, at) => each.indexOf(name) !== at));
  if (twice.length > 0) return `every role and every database once, but ${twice.join(', ')} is there twice`;
  const second = names.flatMap((name) => names.filter((other) => other === secondLogin(name)).map((other) => `${other} is whom clients of ${name} log in as by turns`));
  if (second.length > 0) return `roles that do not log in for one another, but ${second.join('; ')}`;
  const ownerless = all.filter(({ owner }) => owner !== own.app && owner !== own.admin && !names.includes(owner));
  if (ownerless.length > 0) return `owners that are ${own.app}, ${own.admin} or one of roles: ${ownerless.map(({ name, owner }) => `${owner}, who owns ${name}, is none of them`).join('; ')}`;
  const homeless = named.flatMap(({ name, grants }) => grants.filter((each) => !all.some((known) => known.name === each.database)).map((each) => `${each.database}, granted to ${name}, is none`));
  return homeless.length > 0 ? `grants on databases of the configuration: ${homeless.join('; ')}` : undefined;
}
