import { describe, expect, it } from 'vitest';
import { parseInventory, type Inventory, type InventoryOptions } from '../../src/inventory/index.ts';
import { problemsOf } from './rows.ts';

const file = 'servers.yaml';
const read = (text: string, options: InventoryOptions = {}): Inventory => parseInventory(text, { file, ...options }).inventory;
const problems = (text: string, options: InventoryOptions = {}): readonly string[] => problemsOf(text, { file, ...options });

const whole = `
# production
env: prod
privateNetwork: 10.0.0.0/16
hosts:
  db-01:
    address: 10.0.0.120
    publicAddress: 198.51.100.18
    fqdn: db1.keybuzz.io
    user: deploy
    port: 2222
    pool: db-pool
    role: db
    subrole: postgres
    dockerStack: patroni-node
    core: no
    notes: "PostgreSQL 16 (rÃ©plica)"
  queue-01: { address: 10.0.0.126, role: queue }
`;

describe('a YAML inventory', () => {
  it('gives every value of a host', () => {
    expect(read(whole)).toMatchObject({ file, env: 'prod', privateNetwork: '10.0.0.0/16' });
    expect(read(whole).hosts[0]).toEqual({
      name: 'db-01', address: '10.0.0.120', publicAddress: '198.51.100.18', fqdn: 'db1.keybuzz.io', user: 'deploy', port: 2222, pool: 'db-pool', role: 'db',
      subrole: 'postgres', dockerStack: 'patroni-node', core: false, notes: 'PostgreSQL 16 (réplica)', source: { file, line: 6 },
    });
  });

  it('needs no more than an address and a role', () => {
    expect(read(whole).hosts[1]).toEqual({
      name: 'queue-01', address: '10.0.0.126', publicAddress: undefined, fqdn: undefined, user: 'root', port: 22, pool: undefined, role: 'queue',
      subrole: 'rabbitmq', dockerStack: undefined, core: true, notes: '', source: { file, line: 18 },
    });
  });

  it('may share values by anchors', () => {
    const text = 'hosts:\n  a: { address: 10.0.0.1, role: &role redis, subrole: master, user: &user deploy }\n  b: { address: 10.0.0.2, role: *role, subrole: replica, user: *user }\n';
    expect(read(text).hosts).toMatchObject([{ role: 'redis', user: 'deploy' }, { role: 'redis', user: 'deploy' }]);
  });

  it('is told from its content when the name says nothing', () => {
    expect(parseInventory(whole, { file: 'servers' }).inventory.hosts).toHaveLength(2);
    expect(parseInventory(JSON.stringify({ hosts: { a: { address: '10.0.0.1', role: 'queue' } } }), { file: 'servers.json' }).inventory.hosts).toMatchObject([{ name: 'a' }]);
  });

  it('is of the environment it names, host by host where hosts differ', () => {
    expect(read(whole.replace('env: prod', 'env: lab'))).toMatchObject({ env: 'lab', hosts: [{}, {}] });
    expect(read(whole.replace('role: queue', 'role: queue, env: staging'), { env: 'staging' }).hosts.map((host) => host.name)).toEqual(['queue-01']);
    expect(problems(whole, { env: 'staging' })).toEqual(['3:6 env: no row is of environment staging: the file has prod; set env in the stack to one of these']);
  });

  it('names its private network, which the stack may not contradict', () => {
    const other = whole.replace('10.0.0.0/16', '10.0.0.0/24');
    expect(read(other).privateNetwork).toBe('10.0.0.0/24');
    expect(problems(other, { privateNetwork: '10.0.0.0/16' })).toEqual(['4:17 privateNetwork: 10.0.0.0/24 here, but 10.0.0.0/16 in the stack: say it in one place, or the same in both']);
    expect(problems(whole.replace('10.0.0.0/16', '10.0.0.9/16'))).toEqual(['4:17 privateNetwork: 10.0.0.9/16 names an address inside a network: write 10.0.0.0/16 for the network, 10.0.0.9/32 for the address']);
  });
});

describe('a YAML inventory is refused', () => {
  it.each([
    ['an unknown key of a host', whole.replace('fqdn:', 'fqnd:'), '9:5 fqnd: unknown key of host db-01 (did you mean fqdn?): the keys of a host are env, address, publicAddress, fqdn, user, port'],
    ['an unknown key of the file', whole.replace('env: prod', 'envs: prod'), '3:1 envs: unknown key (did you mean env?): the keys here are env, privateNetwork, hosts'],
    ['a bad address', whole.replace('10.0.0.120', '10.0.0.420'), '7:14 address: "10.0.0.420" is not an IPv4 address'],
    ['a missing address', whole.replace('address: 10.0.0.126, ', ''), '18:3 address: empty: write an address of 10.0.0.0/16'],
    ['an address taken twice', whole.replace('10.0.0.126', '10.0.0.120'), '18:24 address: 10.0.0.120 is already on line 6 (db-01)'],
    ['a port that is none', whole.replace('2222', '70000'), '11:11 port: "70000" is no TCP port: write a number from 1 to 65535'],
    ['a port in another base', whole.replace('2222', '0x16'), '11:11 port: "0x16" is no TCP port'],
    ['a role that is a list', whole.replace('role: db\n', 'role: [db]\n'), '13:11 role: a list instead of a value: write one role'],
    ['a host name that is none', whole.replace('db-01:', 'DB_01:'), '6:3 name: "DB_01" is no host name'],
    ['a host name that is there twice', `${whole}  db-01: { address: 10.0.0.9, role: queue }\n`, '19:3 db-01: already on line 6: give one of the two another name, or remove it'],
    ['a key that is there twice', whole.replace('user: deploy', 'pool: x'), '12:5 pool: already on line 10'],
    ['a host that is no map', `${whole}  db-02:\n`, '19:3 db-02: a host is a map: write address, role and the rest below it'],
    ['no hosts', 'env: prod\n', '1:1 hosts: no hosts: write "hosts:" and a key for each server below it'],
    ['an empty map of hosts', 'hosts: {}\n', '1:8 hosts: no hosts'],
    ['nothing', '', '1:1 -: the file is empty: write "hosts:"'],
    ['a list', '- db-01\n', '1:1 -: a list instead of a map: write "hosts:"'],
    ['what is no YAML', 'hosts:\n  db-01: {\n', '3:1 -: not YAML: '],
    ['an alias of nothing', whole.replace('deploy', '*gone'), '10:11 -: this alias has no anchor before it: write the value itself'],
  ])('for %s', (_, text, message) => {
    expect(problems(text)).toHaveLength(1);
    expect(problems(text)[0]).toContain(message);
  });

  it('with all its problems at once', () => {
    expect(problems(whole.replace('fqdn:', 'fqnd:').replace('10.0.0.120', 'x').replace('role: queue', 'role: q'))).toHaveLength(3);
  });
});
