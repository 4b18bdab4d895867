import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { endpointsOf, rollout, Secret, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgres } from '../src/index.ts';
import { scramVerifier } from '../src/scram.ts';
import { FakePostgres } from './fake-postgres.ts';

const fake = new FakePostgres();
const cluster = fake.join(fakeCluster({ 'db/postgres': 3, 'lb/internal-haproxy': 2 }, fake.options));
let secrets = fakeSecrets();
let first: Readonly<Record<string, string>>;
let rolledOut: ReturnType<typeof cluster.snapshot>;

const config = { roles: [{ name: 'shop_app', attributes: ['CREATEDB'] }], databases: [{ name: 'shop', owner: 'shop_app' }] };
const stack = () => fakeStack([use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }), use(postgres, { config: config as never })], { cluster, secrets });

/** What a rollout or a plan changed and how it failed, without the reasons for it. */
async function changes(mode: 'plan' | 'apply' = 'apply'): Promise<readonly string[]> {
  const open = stack().open(mode);
  await rollout(open);
  return open.events.flatMap((event) => (event.type === 'change' ? [event.summary] : event.type === 'failure' ? [event.message] : []));
}

const roles = () => fake.patroni.leader?.data.content.roles ?? {};
const logins = () => Object.entries(roles()).filter(([name, { login }]) => login && /^(kb|shop)_app/.test(name)).map(([name]) => name).toSorted();
const rotatedTo = (name: string) => [`create role ${name}_2`, `role ${name}_2 does everything as ${name}`];

/** Clients are connected to every member. */
function connected(...sessions: readonly { role: string; from: string; program: string }[]): void {
  const { leader } = fake.patroni;
  if (leader !== undefined) fake.patroni.replicate({ ...leader.data.content, sessions }, leader.place.machine);
}

/** PostgreSQL keeps this of a role's password. */
function keeps(name: string, verifier: string): void {
  const { leader } = fake.patroni;
  const role = roles()[name];
  if (leader !== undefined && role !== undefined) fake.patroni.replicate({ ...leader.data.content, roles: { ...roles(), [name]: { ...role, verifier } } }, leader.place.machine);
}

describe('a password that somebody else set', () => {
  it('stays as PostgreSQL keeps it when it is the same one, whatever its salt and iterations, and is set when it is not', async () => {
    await changes();
    const same = secrets.get('postgres/app')!;
    const theirs = scramVerifier(same, { iterations: 8192 });
    keeps('kb_app', theirs);
    expect([await changes('plan'), await changes(), roles()['kb_app']?.verifier]).toEqual([[], [], theirs]);
    keeps('kb_app', scramVerifier(Secret.of('x/y', 'another')));
    expect([await changes(), roles()['kb_app']?.verifier]).toEqual([['new password of role kb_app'], secrets.get('postgres/app-verifier')?.reveal()]);
    keeps('kb_app', `md5${'0'.repeat(32)}`);
    expect(await changes()).toEqual(['new password of role kb_app']);
  });
});

describe('a rotated password', () => {
  beforeAll(async () => {
    await changes();
    rolledOut = cluster.snapshot();
    first = Object.fromEntries(secrets.list().map(({ name }) => [name, secrets.get(name)?.reveal() ?? '']));
  });
  beforeEach(async () => {
    cluster.restore(rolledOut);
    secrets = fakeSecrets(first);
    await secrets.resolve(postgres.definition.credentials, 'postgres');
    await secrets.resolve(postgres.definition.namedCredentials?.(config as never) as never, 'postgres');
  });

  it('is that of a second role which does everything as the first, whose own stays good', async () => {
    const before = roles()['kb_app'];
    await secrets.rotate('postgres/app');
    expect(await changes('plan')).toEqual(rotatedTo('kb_app'));
    expect(await changes()).toEqual(rotatedTo('kb_app'));
    expect(await changes()).toEqual([]);
    expect([roles()['kb_app'], roles()['kb_app_2']]).toEqual([before, { login: true, flags: [], acts: ['kb_app'], verifier: secrets.get('postgres/app-verifier')?.reveal() }]);
  });

  it('ends the one before once it is confirmed, and takes turns with it from then on', async () => {
    await secrets.rotate('postgres/app');
    await changes();
    await secrets.confirm('postgres/app');
    expect(await changes('plan')).toEqual(['role kb_app logs in no more: another one took its turn']);
    expect(await changes()).toEqual(['role kb_app logs in no more: another one took its turn']);
    expect([await changes(), logins()]).toEqual([[], ['kb_app_2', 'shop_app']]);
    await secrets.rotate('postgres/app');
    expect(await changes()).toEqual(['new password of role kb_app', 'role kb_app may log in']);
    expect(logins()).toEqual(['kb_app', 'kb_app_2', 'shop_app']);
    await secrets.confirm('postgres/app');
    expect(await changes()).toEqual(['role kb_app_2 logs in no more: another one took its turn']);
    expect([await changes(), logins()]).toEqual([[], ['kb_app', 'shop_app']]);
  });

  it('does not end the one before while clients are connected with it, and says which', async () => {
    await secrets.rotate('postgres/app');
    await changes();
    await secrets.confirm('postgres/app');
    const api = { role: 'kb_app', from: '10.0.0.11', program: 'api' };
    connected(api, api, { role: 'kb_app_2', from: '10.0.0.12', program: '' }, { role: 'kb_app', from: '10.0.0.12', program: '' });
    const refused = `a rotation of a password is confirmed, but clients are connected as before it; they were left alone:\n  ${['postgres-01', 'postgres-02', 'postgres-03'].flatMap((host) => [`kb_app on ${host} from 10.0.0.11 (api), 2 times`, `kb_app on ${host} from 10.0.0.12`]).join('\n  ')}`;
    expect(await changes('plan')).toEqual([refused]);
    expect(await changes()).toEqual([refused]);
    expect(logins()).toEqual(['kb_app', 'kb_app_2', 'shop_app']);
  });

  it('works for a role of the configuration alike, with its attributes; clients are told whom to log in as', async () => {
    await secrets.rotate('postgres/role-shop-app');
    expect(await changes()).toEqual(rotatedTo('shop_app'));
    expect(roles()['shop_app_2']?.flags).toEqual(['CREATEDB']);
    expect(endpointsOf({ uses: stack().open('plan').uses, inventory: cluster.inventory }, secrets).find(({ module }) => module === 'postgres')?.url).toBe('postgres://shop_app_2@10.0.0.10:5432/shop?sslmode=verify-full');
  });

  it('before the first rollout makes both roles, of which the first only owns', async () => {
    await secrets.rotate('postgres/app');
    await secrets.confirm('postgres/app');
    const { leader } = fake.patroni;
    const { kb_app: _, ...others } = roles();
    if (leader !== undefined) fake.patroni.replicate({ ...leader.data.content, roles: others }, leader.place.machine);
    expect(await changes()).toEqual(['create role kb_app', ...rotatedTo('kb_app')]);
    expect([await changes(), logins()]).toEqual([[], ['kb_app_2', 'shop_app']]);
  });

  it('that was set instead is changed where it is', async () => {
    await secrets.set('postgres/app', 'of our own choosing');
    expect(await changes()).toEqual(['new password of role kb_app']);
    expect(logins()).toEqual(['kb_app', 'shop_app']);
  });
});
