import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { ownedHosts, type Expected, type HostQuery, type Inventory } from '../../src/inventory/index.ts';
import { production } from './rows.ts';

const names = (query: HostQuery, expected?: Expected, inventory: Inventory = production): string => ownedHosts(inventory, query, expected).map((host) => host.name).join(' ');

function failure(query: HostQuery, expected?: Expected, inventory?: Inventory): Failure {
  try {
    names(query, expected, inventory);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the query was accepted');
}

describe('the hosts of a module', () => {
  it('are not guessed when a role is in several pools: the candidates and the lines to write are told', () => {
    const { message, kind } = failure({ role: 'db', subrole: 'postgres' }, { count: 3, what: 'postgres' });
    expect(kind).toBe('badConfig');
    expect(message.split('\n')).toEqual([
      "postgres wants one cluster, but { role: 'db', subrole: 'postgres' } is in 3 pools; write in the stack one of:",
      '  pool db-pool: db-master-01, db-slave-01, db-slave-02',
      "    use(postgres, { hosts: { role: 'db', subrole: 'postgres', pool: 'db-pool' } })",
      '  pool temporal: temporal-db-01',
      "    use(postgres, { hosts: { role: 'db', subrole: 'postgres', pool: 'temporal' } })",
      '  pool analytics: analytics-db-01',
      "    use(postgres, { hosts: { role: 'db', subrole: 'postgres', pool: 'analytics' } })",
    ]);
  });

  it.each<HostQuery>([
    { role: 'db', subrole: 'postgres', pool: 'db-pool' },
    { role: 'db', subrole: 'postgres', core: true },
    { role: 'db', subrole: 'postgres', name: 'db-*' },
    { role: 'db', subrole: 'postgres', dockerStack: 'patroni-node' },
    ['db-master-01', 'db-slave-01', 'db-slave-02'],
  ])('are those of the main PostgreSQL for %j', (query) => {
    expect(names(query, { count: 3, what: 'postgres' })).toBe('db-master-01 db-slave-01 db-slave-02');
  });

  it('may be in several pools when their subroles differ, or when the query names no role', () => {
    expect(names({ role: 'k3s' }, { what: 'k3s' }).split(' ')).toHaveLength(8);
    expect(names({ role: 'db', subrole: 'mariadb' }, { count: 3, what: 'galera' })).toBe('maria-01 maria-02 maria-03');
    expect(names({}, { what: 'base' }).split(' ')).toHaveLength(48);
    expect(names({ name: '{db,temporal-db}-*' }).split(' ')).toHaveLength(4);
  });

  it('with a pool and without are different clusters', () => {
    const inventory = { ...production, hosts: production.hosts.map((host) => (host.name === 'redis-03' ? { ...host, pool: undefined } : host)) };
    expect(failure({ role: 'redis' }, { what: 'redis' }, inventory).message).toContain("  no pool: redis-03\n    use(redis, { hosts: ['redis-03'] })");
  });

  it('are as many as the module wants', () => {
    expect(failure({ role: 'queue' }, { count: 5, what: 'rabbitmq' }).message).toBe(
      "rabbitmq wants 5 hosts, but { role: 'queue' } is 3 hosts: queue-01, queue-02, queue-03\n  write in the stack: use(rabbitmq, { hosts: ['NAME', '…'] })",
    );
  });

  it('are at least one', () => {
    const error = failure({ role: 'redis', pool: 'nowhere' }, { what: 'redis' });
    expect(error.message).toContain("redis has no host: none in inventory/servers.tsv (prod) is { role: 'redis', pool: 'nowhere' }. There are k3s/master (pool k3s-masters), ");
    expect(error.context.next).toBe("write in the stack: use(redis, { hosts: ['NAME', '…'] })");
  });
});
