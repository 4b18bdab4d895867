import { describe, expect, it } from 'vitest';
import { parseServersTsv, readInventory } from '../../src/inventory/index.ts';
import { header, other, production, productionFile, row, tsv } from './rows.ts';

const read = (content: string | Uint8Array, env?: string) => parseServersTsv(content, { file: 'servers.tsv', ...(env === undefined ? {} : { env }) });

describe('the production inventory', () => {
  it('has 48 hosts, 30 of them core', () => {
    expect(production.hosts).toHaveLength(48);
    expect(production.hosts.filter((host) => host.core)).toHaveLength(30);
    expect(production.env).toBe('prod');
    expect(production.privateNetwork).toBe('10.0.0.0/16');
  });

  it('has exactly these hosts of each role and subrole', () => {
    const counts: Record<string, number> = {};
    for (const { role, subrole } of production.hosts) counts[`${role}/${subrole}`] = (counts[`${role}/${subrole}`] ?? 0) + 1;
    expect(counts).toEqual({
      'k3s/master': 3, 'k3s/worker': 5, 'db/postgres': 5, 'db/mariadb': 3, 'db_proxy/proxysql': 2, 'redis/master': 1, 'redis/replica': 2, 'queue/rabbitmq': 3,
      'storage/minio': 3, 'lb/internal-haproxy': 2, 'lb/api-gateway': 1, 'vectordb/qdrant': 1, 'app/temporal': 1, 'app/analytics': 1, 'app/crm': 1, 'app/llm-proxy': 1,
      'app/etl': 1, 'app/nocode': 2, 'app/ml-platform': 1, 'security/vault': 1, 'security/siem': 1, 'monitoring/monitor': 1, 'backup/backup': 1, 'mail/core': 1,
      'mail/mx': 2, 'dev/builder': 1, 'orchestrator/base': 1,
    });
  });

  it('gives every value of a row, accents included', () => {
    expect(production.hosts.find((host) => host.name === 'queue-03')).toEqual({
      name: 'queue-03', address: '10.0.0.128', publicAddress: '198.51.100.26', fqdn: 'queue3.keybuzz.io', user: 'root', port: 22, pool: 'queue-pool', role: 'queue',
      subrole: 'rabbitmq', dockerStack: 'rabbitmq-ha-docker', core: true, notes: 'RabbitMQ quorum cluster (nœud 3)', source: { file: 'inventory/servers.tsv', line: 18 },
    });
  });

  it('leaves notes that are right as they are', () => {
    expect(production.hosts[7]?.notes).toBe('Worker K3s supplémentaire (scalabilité / réserve)');
    expect(production.hosts[3]?.notes).toBe('Worker K3s (KeyBuzz API/Front, Chatwoot, n8n…)');
    expect(production.hosts[8]?.notes).toBe('PostgreSQL 16 + Patroni (conteneur docker "patroni")');
  });

  it('is the same when read by its path', () => {
    expect(readInventory(productionFile).hosts.map((host) => host.name)).toEqual(production.hosts.map((host) => host.name));
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(production)).toBe(true);
    expect(Object.isFrozen(production.hosts)).toBe(true);
    expect(Object.isFrozen(production.hosts[0])).toBe(true);
    expect(Object.isFrozen(production.hosts[0]?.source)).toBe(true);
  });
});

describe('a servers.tsv is read', () => {
  it.each([
    ['with a byte-order mark', `\ufeff${tsv(row())}`, 2],
    ['with Windows line ends', tsv(row()).replaceAll('\n', '\r\n'), 2],
    ['with line ends converted twice', tsv(row()).replaceAll('\n', '\r\r\n'), 2],
    ['with old Macintosh line ends', tsv(row()).replaceAll('\n', '\r'), 2],
    ['without a last line end', tsv(row()).trimEnd(), 2],
    ['with blanks and tabs at line ends', tsv(`${row()}  \t \t`).replace('NOTES', 'NOTES \t'), 2],
    ['with blanks around values', tsv(row().replaceAll('\t', ' \t\u00a0')), 2],
    ['with comments and blank lines', `# servers\n\n${header}\n  # of production\n\t\t\n${row()}\n# end\n`, 6],
    ['with lower-case and accented column names', tsv(row()).replace(header, header.toLowerCase().replace('ip_privee', 'IP privée')), 2],
  ])('%s', (_, text, line) => {
    const expected = { name: 'db-01', address: '10.0.0.120', pool: 'db-pool', core: true, notes: 'first', source: { file: 'servers.tsv', line } };
    expect(read(text).hosts).toMatchObject([expected]);
    expect(read(Buffer.from(text)).hosts).toMatchObject([expected]);
  });

  it('whatever the order of its columns', () => {
    const backwards = tsv(row(), other()).split('\n').map((line) => line.split('\t').toReversed().join('\t')).join('\n');
    expect(read(backwards).hosts).toEqual(read(tsv(row(), other())).hosts);
  });

  it('with an SSH port when it has the optional column', () => {
    expect(read(`${header}\tPORT_SSH\n${row()}\t2222\n${other()}\t\n`).hosts.map((host) => host.port)).toEqual([2222, 22]);
  });

  it('when an editor cut the tab before empty notes', () => {
    expect(read(tsv(row({ NOTES: '' }).trimEnd())).hosts).toMatchObject([{ name: 'db-01', core: true, notes: '' }]);
  });

  it('with fields that a spreadsheet quoted', () => {
    expect(read(tsv(row({ NOTES: '"Patroni (docker ""patroni"")"' }))).hosts[0]?.notes).toBe('Patroni (docker "patroni")');
  });

  it('with a dash or nothing for what a server has not', () => {
    const [host] = read(tsv(row({ IP_PUBLIQUE: '-', FQDN: '', POOL: '-', DOCKER_STACK: '', USER_SSH: '' }))).hosts;
    expect(host).toMatchObject({ publicAddress: undefined, fqdn: undefined, pool: undefined, dockerStack: undefined, user: 'root' });
  });

  it('for the selected environment only, which others may repeat', () => {
    const text = tsv(row(), row({ ENV: 'staging', NOTES: 'second' }), row({ ENV: 'dev', IP_PRIVEE: 'x', ROLE: 'none' }));
    expect(read(text).hosts.map((host) => host.notes)).toEqual(['first']);
    expect(read(text, 'staging')).toMatchObject({ env: 'staging', hosts: [{ notes: 'second' }] });
    expect(read(text.replace('\nprod', '\nProd')).hosts).toHaveLength(1);
  });

  it.each([
    ['k8s', 'worker', 'k3s', 'worker'],
    ['K3S', 'control-plane', 'k3s', 'master'],
    ['kubernetes', 'agent', 'k3s', 'worker'],
    ['db', 'PostgreSQL', 'db', 'postgres'],
    ['db', 'galera', 'db', 'mariadb'],
    ['db', 'proxysql', 'db_proxy', 'proxysql'],
    ['db-proxy', 'proxysql', 'db_proxy', 'proxysql'],
    ['redis', 'slave', 'redis', 'replica'],
    ['queue', '', 'queue', 'rabbitmq'],
    ['lb', 'haproxy', 'lb', 'internal-haproxy'],
    ['app', 'llm_proxy', 'app', 'llm-proxy'],
  ])('with %s/%s meaning %s/%s', (role, subrole, meantRole, meantSubrole) => {
    expect(read(tsv(row({ ROLE: role, SUBROLE: subrole }))).hosts).toMatchObject([{ role: meantRole, subrole: meantSubrole }]);
  });
});
