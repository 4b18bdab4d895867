import { describe, expect, it } from 'vitest';
import { parseInventory, type InventoryOptions } from '../../src/inventory/index.ts';
import { problemsOf } from './rows.ts';

const ini = `# the fleet
bastion ansible_host=10.0.0.250 role=orchestrator subrole=base ; not a comment=1

[db_postgres]
db-[01:03].keybuzz.io ansible_port=2222

[redis_masters]
redis-01 ansible_host=10.0.0.123 ansible_user=deploy

[redis_replicas]
redis-02:2200 ansible_host=10.0.0.124 notes="second one" # spare

[redis:children]
redis_masters
redis_replicas

[redis:vars]
ansible_user=ops
redis_password=hunter2
docker_stack = "redis-ha"

[queue]
queue-01 ansible_host=198.51.100.24 keybuzz_private_address=10.0.0.126 ansible_ssh_private_key_file=~/.ssh/id core=no

[all:vars]
ansible_python_interpreter=/usr/bin/python3
`;

const yaml = `
all:
  vars: { ansible_user: ops }
  children:
    k3s:
      children:
        masters:
          hosts:
            k3s-master-[01:01]: { ansible_host: 10.0.0.100 }
        workers:
          vars: { ansible_user: deploy, ansible_become: true }
          hosts:
            k3s-worker-01: { ansible_host: 10.0.0.110, pool: k3s-workers }
    prometheus:
      hosts: { mon-01: { ansible_host: 10.0.0.152, role: monitoring } }
`;

const read = (text: string, file: string, options: InventoryOptions = {}) => parseInventory(text, { file, ...options });
const addressed = ini.replace('db-[01:03].keybuzz.io', 'db-01.keybuzz.io ansible_host=10.0.0.120\ndb-02 ansible_host=10.0.0.121\ndb-03 ansible_host=10.0.0.122').replace(' ; not a comment=1', '');
const left = (text: string, file: string): readonly string[] => read(text, file).notCarried.map(({ line, what, why }) => `${line} ${what}: ${why}`);

describe('an Ansible inventory in INI form', () => {
  it('gives hosts with addresses, ports, users, roles and pools', () => {
    const seen = read(addressed, 'hosts.ini').inventory.hosts.map((host) => [host.name, host.address, host.port, host.user, `${host.role}/${host.subrole}`, host.pool, host.source.line]);
    expect(seen).toEqual([
      ['bastion', '10.0.0.250', 22, 'root', 'orchestrator/base', undefined, 2],
      ['db-01', '10.0.0.120', 22, 'root', 'db/postgres', 'db_postgres', 5],
      ['db-02', '10.0.0.121', 22, 'root', 'db/postgres', 'db_postgres', 6],
      ['db-03', '10.0.0.122', 2222, 'root', 'db/postgres', 'db_postgres', 7],
      ['redis-01', '10.0.0.123', 22, 'deploy', 'redis/master', 'redis_masters', 10],
      ['redis-02', '10.0.0.124', 2200, 'ops', 'redis/replica', 'redis_replicas', 13],
      ['queue-01', '10.0.0.126', 22, 'root', 'queue/rabbitmq', 'queue', 25],
    ]);
  });

  it('gives public address, DNS name, notes and the rest where they are said', () => {
    const { hosts } = read(addressed, 'hosts').inventory;
    expect(hosts.find((host) => host.name === 'queue-01')).toMatchObject({ publicAddress: '198.51.100.24', core: false });
    expect(hosts.find((host) => host.name === 'db-01')).toMatchObject({ fqdn: 'db-01.keybuzz.io', core: true });
    expect(hosts.find((host) => host.name === 'redis-02')).toMatchObject({ notes: 'second one', dockerStack: 'redis-ha' });
  });

  it('tells what was not carried over and what to do about it, never a value', () => {
    expect(left(addressed, 'hosts.ini')).toEqual([
      '15 group redis: hosts are found by role, subrole and pool',
      '21 redis_password of group redis: secrets stay out of the inventory: keybuzz secrets set',
      '28 ansible_python_interpreter of group all: a setting of Ansible itself',
      '25 ansible_ssh_private_key_file of host queue-01: keys stay out of the inventory: use ssh-agent, or IdentityFile in ~/.ssh/config',
    ]);
    expect(left(addressed, 'hosts.ini').join()).not.toContain('hunter2');
  });

  it('expands ranges, also when each host then lacks its address', () => {
    expect(problemsOf('[db_postgres]\ndb-[01:03]\n', { file: 'hosts.ini' })).toEqual(Array.from({ length: 3 }, () => '2:1 private_address: empty: write an address of 10.0.0.0/16'));
  });

  it.each([
    ['[db:hots]\n', '1:1 -: unknown section [db:hots]: write [group], [group:vars] or [group:children]'],
    ['[db_postgres]\ndb-[01:x] ansible_host=10.0.0.1\n', '2:1 -: "db-[01:x]" has no range that can be read: write one such as db-[01:03] or [a:c]'],
    ['[db_postgres]\ndb-[1:9999]\n', '2:1 -: "db-[1:9999]" has no range that can be read'],
    ['[db_postgres]\ndb-01 10.0.0.1\n', '2:7 -: "10.0.0.1" is no variable: write name=value'],
    ['[db_postgres]\ndb-01 ansible_host=10.0.0.1\n[db_postgres:vars]\n  pool\n', '4:3 -: no variable: write name=value'],
    ['[frontends]\nweb-01 ansible_host=10.0.0.1\n', '2:1 role: unknown role "": write one of k3s, db'],
    ['[redis]\nredis-01 ansible_host=10.0.0.1\n', '2:1 subrole: empty, but role redis has several: write one of master, replica'],
    ['[queue]\nq-01 ansible_host=10.0.0.1 ansible_port=ssh\n', '2:28 ansible_port: "ssh" is no TCP port'],
    ['[queue]\nq-01 ansible_host=203.0.113.5\n', '2:1 private_address: empty: write an address of 10.0.0.0/16'],
    ['[queue]\nq-01 ansible_host="{{ ip }}"\n', '2:6 ansible_host: an expression of Ansible: write the value itself'],
    ['[queue]\n10.0.0.126\n', '2:1 host: "10.0.0.126" is no host name'],
    ['[queue]\n', '1:1 -: the file names no host: write one below a [group]'],
  ])('is refused when it says %j', (text, message) => {
    expect(problemsOf(text, { file: 'hosts.ini' }).join('\n')).toContain(message);
  });

  it('ends when groups are inside each other', () => {
    const text = '[queue]\nq-01 ansible_host=10.0.0.1\n[queue:children]\nmore\n[more:children]\nqueue\n';
    expect(read(text, 'hosts.ini').inventory.hosts).toMatchObject([{ name: 'q-01', role: 'queue' }]);
  });
});

describe('an Ansible inventory in YAML form', () => {
  it('gives hosts, the nearest variable winning', () => {
    const seen = read(yaml, 'hosts.yml').inventory.hosts.map((host) => [host.name, host.address, host.user, `${host.role}/${host.subrole}`, host.pool, host.source.line]);
    expect(seen).toEqual([
      ['k3s-master-01', '10.0.0.100', 'ops', 'k3s/master', 'masters', 9],
      ['k3s-worker-01', '10.0.0.110', 'deploy', 'k3s/worker', 'k3s-workers', 13],
      ['mon-01', '10.0.0.152', 'ops', 'monitoring/monitor', 'prometheus', 15],
    ]);
  });

  it('tells what was not carried over', () => {
    expect(left(yaml, 'hosts.yml')).toEqual(['11 ansible_become of group workers: a setting of Ansible itself']);
  });

  it.each([
    ['all: { host: { a: } }\n', '1:8 host: unknown key of group all: a group has hosts, children and vars'],
    ['all: { hosts: { "a[1:": } }\n', '1:17 a[1:: no range that can be read'],
    ['all:\n  children: &all\n    x: { children: *all }\n', '3:5 x: the group is inside itself (all > x > x): remove it from one of them'],
    ['queue: { hosts: { q: { ansible_host: 10.0.0.1, port: 22 }, q: } }\n', '1:60 q: already on line 1'],
  ])('is refused when it says %j', (text, message) => {
    expect(problemsOf(text, { file: 'hosts.yml' }).join('\n')).toContain(message);
  });
});
