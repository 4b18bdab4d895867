import { parse } from 'valibot';
import { parse as read } from 'yaml';
import { describe, expect, it } from 'vitest';
import { Secret, type Host } from '@keybuzz/sdk';
import '@keybuzz/sdk/testing';
import { config } from '../src/config.ts';
import { script } from '../src/etcd-apart.ts';
import { etcdEnvironment } from '../src/etcd.ts';
import { fragment } from '../src/fragment.ts';
import { layoutOf } from '../src/layout.ts';
import { patroniYml } from '../src/patroni-yml.ts';
import { pgbouncerConfiguration } from '../src/pgbouncer.ts';
import { predictedOutage, timersOf } from '../src/timers.ts';

const host = (name: string, last: number): Host => ({ name, address: `10.0.0.${last}` }) as Host;
const members = [host('db-1', 120), host('db-2', 121), host('db-3', 122)];
const [first] = members as [Host];
const proxies = [host('haproxy-1', 11), host('haproxy-2', 12)];
const [proxy] = proxies as [Host];
const secret = (name: string, value = `value-of-${name}`): Secret => Secret.of(`postgres/${name}`, value);
const credentials = { replication: secret('replication'), rewind: secret('rewind'), 'patroni-api': secret('patroni-api'), raft: secret('raft') };
const about = (wanted: object = {}) => {
  const parsed = parse(config, wanted);
  return { host: first, members, proxies, network: '10.0.0.0/16', config: parsed, layout: layoutOf(parsed), credentials, patroni: '4.0.5-1' };
};

describe('the files of a cluster with the default configuration', () => {
  it.each([
    ['patroni.yml', patroniYml(about()).reveal()],
    ['patroni-raft.yml', patroniYml(about({ dcs: 'raft', rpo: 'bounded', rto: 'safe' })).reveal()],
    ['etcd', etcdEnvironment({ ...about(), begins: 'new' })],
    ['etcd-apart', script(first, layoutOf(about().config))],
    ['haproxy.cfg', fragment({ proxy, members, config: about().config, authority: 'the authority' })],
    ['pgbouncer.ini', pgbouncerConfiguration(proxy, { config: about().config, version: '1.24.1-1' })],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });

  it('carry a password of any printable characters to Patroni as it is', () => {
    const odd = Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i)).join('');
    const text = patroniYml({ ...about(), credentials: { ...credentials, replication: secret('replication', odd) } }).reveal();
    expect((read(text) as { postgresql: { authentication: { replication: { password: string } } } }).postgresql.authentication.replication.password).toBe(odd);
  });

  it('have prepared statements where PgBouncer knows them, and refuse them where it would not start', () => {
    const made = (wanted: object, version: string): string | undefined => /^max_prepared_statements = (.*)$/m.exec(pgbouncerConfiguration(proxy, { config: about(wanted).config, version }))?.[1];
    expect([made({}, '1.24.1-1'), made({}, '1.18.0-1+b1'), made({ pooler: { preparedStatements: 0 } }, '1.24.1-1'), made({ pooler: { preparedStatements: 50 } }, '1.21.0-1')]).toEqual(['200', undefined, undefined, '50']);
    expect(() => made({ pooler: { preparedStatements: 50 } }, '1.18.0-1+b1')).toThrow('PgBouncer 1.18.0-1+b1 keeps none');
  });

  it.each(['fast', 'balanced', 'safe'] as const)('let a client of the pooler wait longer than a failover with %s', (rto) => {
    const { config: wanted } = about({ rto });
    const waits = Number(/^query_wait_timeout = (\d+)$/m.exec(pgbouncerConfiguration(proxy, { config: wanted, version: '1.24.1-1' }))?.[1]);
    expect(waits).toBeGreaterThan(predictedOutage(timersOf(rto)).worst);
  });
});
