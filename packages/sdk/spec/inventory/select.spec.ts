import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { namePattern, select, type HostQuery } from '../../src/inventory/index.ts';
import { production } from './rows.ts';

const names = (query: HostQuery): readonly string[] => select(production, query).map((host) => host.name);

describe('a query', () => {
  it.each<[HostQuery, string]>([
    [{ role: 'redis' }, 'redis-01 redis-02 redis-03'],
    [{ role: 'redis', subrole: 'replica' }, 'redis-02 redis-03'],
    [{ role: 'redis', subrole: 'primary' }, 'redis-01'],
    [{ role: 'k8s', subrole: 'master' }, 'k3s-master-01 k3s-master-02 k3s-master-03'],
    [{ role: 'db', subrole: 'proxysql' }, 'proxysql-01 proxysql-02'],
    [{ role: 'db', subrole: 'postgres', pool: 'db-pool' }, 'db-master-01 db-slave-01 db-slave-02'],
    [{ dockerStack: 'patroni-node' }, 'db-master-01 db-slave-01 db-slave-02'],
    [{ subrole: 'postgres', core: false }, 'temporal-db-01 analytics-db-01'],
    [{ pool: 'haproxy-pool' }, 'haproxy-01 haproxy-02 proxysql-01 proxysql-02'],
    [{ pool: 'nowhere' }, ''],
    [{ name: 'db-*' }, 'db-master-01 db-slave-01 db-slave-02'],
    [{ name: 'redis-0[2-3]' }, 'redis-02 redis-03'],
    [{ name: '{redis,queue}-01' }, 'redis-01 queue-01'],
    [{ name: 'queue-01,redis-0?' }, 'redis-01 redis-02 redis-03 queue-01'],
    [{ name: 'queue-*, !queue-02' }, 'queue-01 queue-03'],
    [{ name: '!queue-0{1,2},queue-*' }, 'queue-03'],
    [{ name: '!*-0?', core: true }, ''],
    [{ name: '*.keybuzz' }, ''],
    [['queue-02', 'redis-01', 'queue-02'], 'queue-02 redis-01'],
    [[], ''],
  ])('%j means %s', (query, expected) => {
    expect(names(query).join(' ')).toBe(expected);
  });

  it('without conditions means every host', () => {
    expect(names({})).toHaveLength(48);
    expect(names({ core: true })).toHaveLength(30);
    expect(names({ name: '!install-01' })).toHaveLength(47);
  });

  it.each<[HostQuery, string]>([
    [{ role: 'reddis' }, 'unknown role "reddis" (did you mean redis?)'],
    [{ role: 'db', subrole: 'mongo' }, 'role db has no subrole "mongo": write one of postgres, mariadb'],
    [{ subrole: 'postgress' }, 'unknown subrole "postgress" (did you mean postgres?)'],
    [{ name: 'db-mster-01,db-*' }, 'no host db-mster-01 (did you mean db-master-01?) in inventory/servers.tsv (prod)'],
    [{ name: '*,!nobody' }, 'no host nobody in inventory/servers.tsv'],
    [['redis-01', 'redis-9', 'x'], 'no host redis-9 (did you mean redis-01?), no host x in'],
    [{ name: '' }, 'the host pattern "" cannot be read: it is empty'],
    [{ name: 'db-[9-0]' }, 'a range in it runs backwards. Write names such as db-master-01, db-*'],
    [{ name: 'db-(x)' }, '"(" has no meaning in it'],
    [{ name: 'db-[' }, '"[" has no meaning in it'],
    [{ name: '{a,}' }, 'a part of it is empty'],
    [{ name: 'a\nb' }, '"\\n" has no meaning in it'],
  ])('%j is refused', (query, message) => {
    expect(() => names(query)).toThrow(Failure);
    expect(() => names(query)).toThrow(message);
  });

  it('takes a dot in a name for a dot', () => {
    expect(namePattern('a.b').matches('a.b')).toBe(true);
    expect(namePattern('a.b').matches('axb')).toBe(false);
  });
});
