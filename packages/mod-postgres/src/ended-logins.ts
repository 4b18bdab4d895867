import { Failure, operation, sqlLiteral, type Fact, type OpenHost, type Operation } from '@keybuzz/sdk';
import { applications } from './applications.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { rolesSeen } from './roles.ts';
import { identifier, queried, statement } from './sql.ts';

interface Session {
  readonly role: string;
  readonly from: string | null;
  readonly program: string;
}

/**
 * Nobody can log in as before a confirmed rotation; where not every member is worked on that is left to a run that does. Throws
 * Failure `unsafe` while a client that did is connected to any member, or when one could not tell.
 */
export async function endLogins(leader: OpenHost, scope: PostgresScope): Promise<void> {
  if (scope.cluster.hosts.length < wantedOf(scope).members.length) return;
  const roles = (await leader.read([rolesSeen]))(rolesSeen) ?? {};
  const ending = applications(scope.config, scope.credentials).filter(({ before, confirmed }) => confirmed && roles[before]?.login === true);
  if (ending.length === 0) return;
  await refuseConnected(ending.map(({ before }) => before), scope);
  await leader.ensure(...ending.map(({ before }) => loginEnded(before)));
}

async function refuseConnected(roles: readonly string[], scope: PostgresScope): Promise<void> {
  const sessions = sessionsOf(roles);
  const found = await scope.cluster.each(async (host) => ({ host: host.name, sessions: (await host.read([sessions]))(sessions) }));
  const silent = found.filter((each) => each.sessions === undefined).map(({ host }) => host);
  if (silent.length > 0) throw new Failure('unsafe', `${roles.join(', ')} is to log in no more once no client is connected as it, and PostgreSQL on ${silent.join(', ')} did not tell`, { next: 'keybuzz health --only postgres' });
  const connected = found.flatMap(({ host, sessions = [] }) => sessions.map(({ role, from, program }) => `${role} on ${host} from ${from ?? 'the host itself'}${program === '' ? '' : ` (${program})`}`));
  if (connected.length === 0) return;
  const told = [...Map.groupBy(connected, (each) => each)].map(([each, times]) => `${each}${times.length === 1 ? '' : `, ${times.length} times`}`);
  throw new Failure('unsafe', `a rotation of a password is confirmed, but clients are connected as before it; they were left alone:\n  ${told.join('\n  ')}`, {
    next: 'give these clients the present user and password (docs/guides/secrets.md); the pooler closes what nobody uses after a minute; then keybuzz rollout --only postgres',
  });
}

/** Through HAProxy all come from a proxy: the program says more. */
function sessionsOf(roles: readonly string[]): Fact<readonly Session[] | undefined> {
  return queried<readonly Session[]>({ database: 'postgres', query: `select coalesce(json_agg(json_build_object('role', usename, 'from', host(client_addr), 'program', application_name) order by usename, client_addr, application_name), '[]') from pg_stat_activity where usename in (${roles.map((each) => sqlLiteral(each)).join(', ')})` });
}

function loginEnded(name: string): Operation {
  return operation({
    title: `role ${name} logs in no more`,
    look: { roles: rolesSeen },
    change: ({ roles }) => [roles?.[name]?.login === true && statement(`ALTER ROLE ${identifier(name)} NOLOGIN`, { summary: `role ${name} logs in no more: another one took its turn`, touches: `role:${name}` })],
  });
}
