import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { rollout, Secret, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import { endpoints } from '../src/endpoints.ts';
import { postgres } from '../src/index.ts';
import { seatOf } from '../src/seat.ts';
import { FakePostgres } from './fake-postgres.ts';

const content = {
  roles: [{ name: 'shop_app' }, { name: 'reader', attributes: ['CREATEDB'], grants: [{ database: 'shop', access: 'read' }] }],
  databases: [{ name: 'shop', owner: 'shop_app', extensions: ['pgcrypto'] }],
} as const;

describe('roles and databases of the configuration', () => {
  it('are there after a rollout, owners before what they own; a second run changes nothing', async () => {
    const fake = new FakePostgres();
    const cluster = fake.join(fakeCluster({ 'db/postgres': 3, 'lb/internal-haproxy': 2 }, fake.options));
    const secrets = fakeSecrets();
    const made = async (): Promise<readonly string[]> => {
      const open = fakeStack([use(base), use(haproxy), use(postgres, { config: content as never })], { cluster, secrets }).open();
      await rollout(open);
      return open.events.flatMap((event) => (event.type === 'failure' ? [event.message] : event.type === 'change' && event.operation.match(/role|database|extension/) !== null ? [event.summary] : []));
    };
    expect((await made()).filter((summary) => /shop|reader/.test(summary))).toEqual([
      'create role shop_app',
      'create role reader',
      'create database shop',
      'close database shop to everybody else',
      'extension pgcrypto in shop',
      'let reader connect to shop',
      'let reader read in shop',
    ]);
    expect(await made()).toEqual([]);
    expect(secrets.list().map(({ name }) => name)).toEqual(expect.arrayContaining(['postgres/role-shop-app', 'postgres/verifier-shop-app', 'postgres/role-reader']));
  });

  it('are asked for where they are, whatever else is not there yet', async () => {
    const fake = new FakePostgres();
    const cluster = fake.join(fakeCluster({ 'db/postgres': 3, 'lb/internal-haproxy': 2 }, fake.options));
    const secrets = fakeSecrets();
    const rolledOut = async (databases: readonly object[], mode: 'plan' | 'apply'): Promise<readonly string[]> => {
      const open = fakeStack([use(base), use(haproxy), use(postgres, { config: { databases } as never })], { cluster, secrets }).open(mode);
      await rollout(open);
      return open.events.flatMap((event) => (event.type === 'failure' ? [event.message] : event.type === 'change' && /database|extension/.test(event.operation) ? [event.summary] : []));
    };
    const shop = { name: 'shop', extensions: ['pgcrypto'] };
    await rolledOut([shop], 'apply');
    expect(await rolledOut([{ name: 'blog', extensions: ['pgcrypto'] }, shop], 'plan')).toEqual(['create database blog', 'close database blog to everybody else', 'extension pgcrypto in blog']);
  });

  it.each([
    [{ databases: [{ name: 'shop', owner: 'shop_app' }] }, 'owners that are kb_app, kb_admin or one of roles: shop_app, who owns shop, is none of them'],
    [{ roles: [{ name: 'a' }, { name: 'a' }] }, 'every role and every database once, but a is there twice'],
    [{ roles: [{ name: 'a', grants: [{ database: 'other' }] }] }, 'grants on databases of the configuration: other, granted to a, is none'],
    [{ roles: [{ name: 'a' }, { name: 'a_2' }] }, 'roles that do not log in for one another, but a_2 is whom clients of a log in as by turns'],
    [{ roles: [{ name: 'a'.repeat(62) }] }, 'a name of at most 61 characters: its second login has two more'],
    [{ roles: [{ name: 'kb_app_2' }] }, 'a name that neither PostgreSQL nor this module has taken'],
    [{ roles: [{ name: 'kb_app' }] }, 'a name that neither PostgreSQL nor this module has taken'],
    [{ roles: [{ name: 'pg_x' }] }, 'a name that neither PostgreSQL nor this module has taken'],
  ])('are refused where they contradict one another: %j', (wanted, why) => {
    expect(() => parse(config, wanted)).toThrow(why);
  });

  it('are where clients of ours go: the application into its own database, the administrator where it has none', () => {
    const credentials = { app: Secret.of('postgres/app', 'a'), superuser: Secret.of('postgres/superuser', 's') } as never;
    expect(seatOf({ config: parse(config, {}), credentials })).toMatchObject({ user: 'kb_app', password: { name: 'postgres/app' }, database: 'keybuzz' });
    expect(seatOf({ config: parse(config, content), credentials })).toMatchObject({ user: 'kb_admin', password: { name: 'postgres/superuser' }, database: 'postgres' });
    const provided = (): never => ({ address: '10.0.0.10', hosts: [] }) as never;
    expect(endpoints({ config: parse(config, content), provided, credential: () => undefined } as never)[0]?.url).toBe('postgres://shop_app@10.0.0.10:5432/shop?sslmode=verify-full');
  });
});
