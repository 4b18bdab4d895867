import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, changes, commandsOn, events, shown, type AcceptanceTwin, type CliResult, type Commands } from '@keybuzz/twin/acceptance';
import { asks, untilConnected } from './client.ts';
import { hosts, members } from './hosts.ts';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of postgres. ${machine.why}. To run it: ${machine.next}\n\n`);

const [master, slave] = members;
let twin: AcceptanceTwin;
let cli: Commands;
let former: string;

const secret = async (key: string): Promise<string> => (await twin.keybuzz('secrets', 'get', `postgres/${key}`)).stdout.trim();
const summaries = (result: CliResult): readonly string[] => changes(result).map((line) => line.replace(/^[^:]*: /, ''));

describe.skipIf(!machine.ok)('postgres on etcd, on five servers of the inventory', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts });
    cli = commandsOn(twin);
  });
  afterAll(() => twin?.close());

  it('comes up from bare machines although the controller was killed four times on the way', async () => {
    for (const milliseconds of [30_000, 20_000, 8000, 4000]) await twin.cutAfter(milliseconds, 'rollout', '--on', 'twin', '--yes');
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(0);
    const after = await cli.plan();
    expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
  });

  it('changes nothing the second time', async () => {
    const result = await cli.rollout();
    expect([result.code, changes(result)], shown(result)).toEqual([0, []]);
  });

  it('is healthy, and every proof holds through the load balancer', async () => {
    const health = await cli.health();
    expect(health.code, shown(health)).toBe(0);
    const test = await cli.test('--only', 'postgres');
    expect(test.stdout, shown(test)).toContain('13 passed, 0 failed, 0 skipped');
  });

  it('is led by the first of the inventory, which is only where it began', async () => {
    expect(await twin.on(master, 'runuser -u postgres -- psql -XAtc "select pg_is_in_recovery(), count(*) from pg_stat_replication"')).toBe('f|2');
  });

  it('complains of nothing in its logs once it runs', async () => {
    for (const host of members) expect(await twin.on(host, 'journalctl -u patroni --since -15s --no-pager | grep -c " ERROR" || true'), host).toBe('0');
  });

  it('keeps what the quick drills promise, and has nothing to change afterwards although the roles are elsewhere', async () => {
    const drilled = await cli.drill('postgres', '--quick');
    expect(drilled.code, shown(drilled)).toBe(0);
    expect(events(drilled).filter((e) => e.type === 'drill')).toHaveLength(3);
    const after = await cli.rollout();
    expect([after.code, changes(after)], shown(after)).toEqual([0, []]);
  });

  it('refuses a parameter that PostgreSQL does not have, before anything is changed', async () => {
    const result = await twin.keybuzz('plan', '--on', 'twin', '--stack', new URL('unknown-parameter-stack.ts', import.meta.url).pathname);
    expect([result.code, result.stderr.includes('PostgreSQL 17 has no parameter shared_bufers')], shown(result)).toEqual([1, true]);
  });

  it('names the data of a foreign cluster and whose it is, and touches nothing', async () => {
    const data = '/opt/keybuzz/postgres/data';
    await twin.on(slave, `systemctl stop patroni; mv ${data} ${data}.ours; install -d -o postgres -m 700 ${data}; runuser -u postgres -- /usr/lib/postgresql/17/bin/initdb -D ${data} >/dev/null`);
    const before = await twin.on(slave, `find ${data} -type f | sort | xargs sha256sum | sha256sum`);
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(1);
    const failure = events(result).find((e) => e.type === 'failure');
    expect([failure?.kind, failure?.host, failure?.message?.startsWith(`the data on ${slave} is of another cluster than `)], shown(result)).toEqual(['unsafe', slave, true]);
    expect(await twin.on(slave, `find ${data} -type f | sort | xargs sha256sum | sha256sum`)).toBe(before);
    await twin.on(slave, `rm -rf ${data}; mv ${data}.ours ${data}`);
  });

  it('is whole again when the host has its own data back', async () => {
    const result = await cli.rollout();
    expect([result.code, changes(result)], shown(result)).toEqual([0, [`${slave}: start patroni`]]);
    expect((await cli.health()).code).toBe(0);
  });

  it('has a host back that lost all it had: etcd and PostgreSQL take it in as a new member', async () => {
    await twin.on(slave, 'systemctl stop patroni etcd; rm -rf /opt/keybuzz/postgres/data /var/lib/etcd/keybuzz');
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(changes(result).some((change) => change.endsWith(`etcd forgets what ${slave} was: its data is gone`)), shown(result)).toBe(true);
    expect((await cli.health()).code).toBe(0);
    const after = await cli.rollout();
    expect([after.code, changes(after)], shown(after)).toEqual([0, []]);
  });

  it('takes a rotated password in while clients write with the one before: both are good, and what they make is of one owner', async () => {
    former = await secret('app');
    expect((await twin.keybuzz('secrets', 'rotate', 'postgres/app')).code).toBe(0);
    const [before, now] = [{ password: former }, { password: await secret('app') }];
    const write = (port: number): string => `${asks('kb_app', { ...before, port })} "insert into rotated values ($n)" >/dev/null 2>&1`;
    const writing = twin.on(slave, `${asks('kb_app', before)} 'create table rotated (n int)' >/dev/null; end=$((SECONDS + 25)); n=0; lost=0; while [ $SECONDS -lt $end ]; do n=$((n+1)); ${write(5432)} && ${write(6432)} || lost=$((lost+1)); done; echo $n $lost`);
    const result = await cli.rollout();
    expect([result.code, summaries(result)], shown(result)).toEqual([0, ['create role kb_app_2', 'role kb_app_2 does everything as kb_app']]);
    const [times = 0, lost] = (await writing).split(' ').map(Number);
    expect([times > 20, lost]).toEqual([true, 0]);
    for (const port of [5432, 6432]) {
      expect(await twin.on(slave, `${asks('kb_app_2', { ...now, port })} 'select session_user, current_user'`)).toBe('kb_app_2|kb_app');
      expect(await twin.on(slave, `${asks('kb_app', { ...before, port })} 'select session_user, current_user'`)).toBe('kb_app|kb_app');
      expect(await twin.on(slave, `${asks('kb_app_2', { ...now, port })} 'create table made (n int)' && ${asks('kb_app', { ...before, port })} 'drop table made'`)).toBe('CREATE TABLE\nDROP TABLE');
    }
    expect(await twin.on(slave, `${asks('kb_app_2', now)} 'drop table rotated'`)).toBe('DROP TABLE');
    const test = await cli.test('--only', 'postgres');
    expect(test.stdout, shown(test)).toContain('13 passed, 0 failed, 0 skipped');
  });

  it('ends the login before once its rotation is confirmed and no client is connected with it', async () => {
    for (const host of members) expect(await twin.on(host, untilConnected('kb_app', '-eq 0')), host).toBe('0');
    const client = twin.on(slave, `${asks('kb_app', { password: former, port: 5433 })} 'select pg_sleep(600)' 2>&1 || true`);
    const counts = await Promise.all(members.map((host) => twin.on(host, untilConnected('kb_app', '-eq 1 -o $i -eq 5'))));
    expect(counts.toSorted()).toEqual(['0', '0', '1']);
    expect((await twin.keybuzz('secrets', 'confirm', 'postgres/app')).code).toBe(0);
    const refused = await cli.rollout();
    const failure = events(refused).find((e) => e.type === 'failure');
    const host = members[counts.indexOf('1')];
    expect([refused.code, failure?.kind, failure?.message?.includes(`they were left alone:\n  kb_app on ${host} from 10.0.0.1`)], shown(refused)).toEqual([1, 'unsafe', true]);
    expect(await twin.on(host ?? '', `runuser -u postgres -- psql -XAtc "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'kb_app'"`)).toBe('1');
    expect(await client).toContain('terminating connection due to administrator command');
    const result = await cli.rollout();
    expect([result.code, summaries(result)], shown(result)).toEqual([0, ['role kb_app logs in no more: another one took its turn']]);
    for (const port of [5432, 6432]) expect(await twin.on(slave, `${asks('kb_app', { password: former, port })} 'select 1' 2>&1 || true`), String(port)).toMatch(/FATAL/);
    const after = await cli.plan();
    expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
  });

  it('has its machines started anew one after the other, and is well and as wanted right after', async () => {
    const boots = (): Promise<string[]> => Promise.all(members.map((host) => twin.on(host, 'cat /proc/sys/kernel/random/boot_id')));
    const before = await boots();
    const result = await twin.keybuzz('reboot', members.join(','), '--on', 'twin', '--yes', '--json');
    expect(result.code, shown(result)).toBe(0);
    expect((await boots()).filter((id) => before.includes(id))).toEqual([]);
    expect([(await cli.health()).code, (await cli.plan()).stdout]).toEqual([0, 'Nothing to change on 5 hosts.\n']);
  });

  it('shows no secret to anybody who looks at processes', async () => {
    const secrets = await Promise.all(['superuser', 'app', 'replication', 'rewind', 'patroni-api'].map(secret));
    for (const host of [...members, 'haproxy-01']) {
      const seen = await twin.on(host, "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'");
      expect(secrets.filter((secret) => secret.length < 20 || seen.includes(secret)), host).toEqual([]);
    }
  });
});
