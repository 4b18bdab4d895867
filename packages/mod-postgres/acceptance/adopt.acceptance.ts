import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, changes, commandsOn, events, shown, type AcceptanceTwin, type CliResult, type Commands } from '@keybuzz/twin/acceptance';
import { handMade, madeByHand } from './by-hand.ts';
import { asks } from './client.ts';
import { hosts, members } from './hosts.ts';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of postgres on a cluster made by hand. ${machine.why}. To run it: ${machine.next}\n\n`);

const [master, slave] = members;
const addresses = ['10.0.0.120', '10.0.0.121', '10.0.0.122'];
const identity = `runuser -u postgres -- psql -XAtc 'select system_identifier from pg_control_system()' keybuzz`;
let twin: AcceptanceTwin;
let cli: Commands;
let authority: string;
let before: string;

const changesOf = (result: CliResult, host: string): string[] => events(result).flatMap((e) => (e.type === 'change' && e.host === host ? [e.summary ?? ''] : []));

describe.skipIf(!machine.ok)('postgres on five servers where somebody made a cluster by hand', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts });
    cli = commandsOn(twin);
    authority = await madeByHand(twin, members.map((name, at) => ({ name, address: addresses[at] ?? '' })));
    before = await twin.on(master, identity);
  });
  afterAll(() => twin?.close());

  it('refuses to touch it while the stack has another authority than its members trust', async () => {
    const result = await cli.plan('--only', 'postgres');
    expect(result.code, shown(result)).toBe(1);
    expect(result.stderr, shown(result)).toContain('would be told to trust another certificate authority than the one it has: its members would speak with one another no more; nothing was touched');
  });

  it('plans nothing but what differs, once the store has the authority and the passwords that are in use', async () => {
    writeFileSync(join(twin.folder, 'old.env'), Object.entries(handMade).map(([name, value]) => `${name}='${value}'\n`).join(''));
    expect((await twin.keybuzz('secrets', 'import', join(twin.folder, 'old.env'))).code).toBe(0);
    expect((await twin.given(authority, 'secrets', 'set', 'stack/authority')).code).toBe(0);
    const planned = await cli.plan('--only', 'postgres', '--json');
    expect(planned.code, shown(planned)).toBe(3);
    expect(new Set(changesOf(planned, slave).filter((summary) => !/^(systemctl daemon-reload|create \/(etc\/systemd|usr\/local)\/)/.test(summary))), shown(planned)).toEqual(new Set([
      'change /etc/postgresql-common/createcluster.conf (0644)',
      'change /etc/keybuzz/postgres/server.pem (0644)',
      'change /etc/keybuzz/postgres/server.key (0600)',
      'change /etc/keybuzz/postgres/etcd.key (0600)',
      '/var/lib/etcd/keybuzz belongs to etcd:etcd',
      'change /etc/default/etcd (0644)',
      'restart etcd: /etc/default/etcd, /etc/keybuzz/postgres/server.pem, /etc/keybuzz/postgres/etcd.key changed',
      'enable keybuzz-etcd-apart.timer',
      'start keybuzz-etcd-apart.timer',
      '/opt/keybuzz/postgres/data belongs to postgres:postgres',
      'change /etc/patroni/config.yml (0640)',
      'reload patroni: /etc/patroni/config.yml, /etc/keybuzz/postgres/server.pem, /etc/keybuzz/postgres/server.key changed',
    ]));
    expect(changesOf(planned, master).filter((summary) => / role | database |^extension |verifier/.test(summary)), shown(planned)).toEqual([
      'create role kb_rewind',
      'create role pgbouncer',
      'make keybuzz_pooler.verifier for the role pgbouncer',
      'close database keybuzz to everybody else',
      'extension vector in keybuzz',
      'extension uuid-ossp in keybuzz',
      'extension pgcrypto in keybuzz',
      'extension pg_stat_statements in keybuzz',
    ]);
    const [settings = ''] = changesOf(planned, master).filter((summary) => summary.startsWith('configure the cluster: '));
    expect(['ttl = 20', 'parameters.max_connections = 200', 'wal_level', 'ssl'].map((each) => settings.includes(each)), settings).toEqual([true, true, false, false]);
  });

  it('takes it over member by member: it is the same cluster with the same data, and clients have the password that they had', async () => {
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(await Promise.all(members.map((host) => twin.on(host, identity)))).toEqual(members.map(() => before));
    expect(await twin.on(slave, `${asks('kb_app', { password: handMade.POSTGRES_APP_PASS })} 'select count(*), sum(n) from kept'`)).toBe('1000|500500');
    expect((await cli.health()).code).toBe(0);
    const test = await cli.test('--only', 'postgres');
    expect(test.stdout, shown(test)).toContain('13 passed, 0 failed, 0 skipped');
    const second = await cli.rollout();
    expect([second.code, changes(second)], shown(second)).toEqual([0, []]);
  });
});
