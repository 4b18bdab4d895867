import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, type AcceptanceTwin, type CliResult } from '@keybuzz/twin/acceptance';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of redis. ${machine.why}. To run it: ${machine.next}\n\n`);

const members = ['redis-01', 'redis-02', 'redis-03'];
let twin: AcceptanceTwin;

const plan = (): Promise<CliResult> => twin.keybuzz('plan', '--on', 'twin');
const rollout = (): Promise<CliResult> => twin.keybuzz('rollout', '--on', 'twin', '--yes', '--json');
const health = (): Promise<CliResult> => twin.keybuzz('health', '--on', 'twin', '--only', 'redis');
const events = ({ stdout }: CliResult): { type: string; host?: string; message?: string; output?: string; summary?: string }[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as { type: string });
const changes = (result: CliResult): string[] => events(result).filter((e) => e.type === 'change').map((e) => `${e.host ?? ''}: ${e.summary ?? ''}`);
const failures = (result: CliResult): string => JSON.stringify(events(result).filter((e) => e.type === 'failure'));
const shown = ({ code, stdout, stderr }: CliResult): string => `exit ${code}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`;
const secret = async (name: string): Promise<string> => (await twin.keybuzz('secrets', 'get', `redis/${name}`)).stdout.trim();
const onEach = (command: string): Promise<string[]> => Promise.all(members.map((host) => twin.on(host, command)));

/** Lines said to the server of a host by the administrator, and its answers after the login's. */
const server = async (host: string, ...lines: string[]): Promise<string> =>
  (await twin.on(host, `printf '%s\\n' ${['AUTH kb_admin ' + (await secret('admin')), ...lines].map((line) => `'${line}'`).join(' ')} | redis-cli`)).replace(/^OK\n/, '');
const roles = async (): Promise<string[]> => Promise.all(members.map(async (host) => (await server(host, 'ROLE')).split('\n')[0] ?? ''));
const master = async (): Promise<string> => members[(await roles()).indexOf('master')] ?? '';
const started = (): Promise<string[]> => onEach('systemctl show -p ExecMainStartTimestampMonotonic --value redis-server redis-sentinel');

describe.skipIf(!machine.ok)('Redis of the inventory', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: [...members, 'haproxy-01', 'haproxy-02'].join(',') });
  });
  afterEach(() => {
    delete process.env['REDIS_CONFIG'];
    delete process.env['REDIS_SUBROLE'];
  });
  afterAll(() => twin?.close());

  it('is there after a rollout that was cut twice, and then nothing is left to change', async () => {
    for (const milliseconds of [20_000, 45_000]) await twin.cutAfter(milliseconds, 'rollout', '--on', 'twin', '--yes');
    const result = await rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(await roles()).toEqual(['master', 'slave', 'slave']);
    const after = await plan();
    expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
    const again = await rollout();
    expect([again.code, changes(again)], shown(again)).toEqual([0, []]);
  });

  it('is healthy, and every proof holds', async () => {
    const well = await health();
    expect(well.code, shown(well)).toBe(0);
    const test = await twin.keybuzz('test', '--on', 'twin', '--only', 'redis');
    expect(test.stdout, shown(test)).toContain('8 passed, 0 failed, 0 skipped');
  });

  it('keeps its promises, and after every failover nothing is left to change and nothing is restarted', async () => {
    const before = await master();
    const drill = await twin.keybuzz('drill', 'redis', 'master-killed', '--on', 'twin');
    expect(drill.code, shown(drill)).toBe(0);
    expect(await master()).not.toBe(before);
    const running = await started();
    const after = await plan();
    expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
    const again = await rollout();
    expect([again.code, changes(again)], shown(again)).toEqual([0, []]);
    expect(await started()).toEqual(running);
    const well = await health();
    expect(well.code, shown(well)).toBe(0);
    const quick = await twin.keybuzz('drill', 'redis', 'switchover', 'sentinel-killed', 'master-off', '--on', 'twin');
    expect(quick.code, shown(quick)).toBe(0);
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
  });

  it('gives no connection to a former master that does not know yet that it was replaced', async () => {
    const before = await master();
    const stale = members.find((host) => host !== before) ?? '';
    // A replica that believes to lead: as a former master does until Sentinel tells it, up to ten seconds later.
    await server(stale, 'REPLICAOF NO ONE');
    expect((await roles()).filter((role) => role === 'master')).toHaveLength(2);
    expect(await server(stale, 'SET acceptance stale')).toMatch(/^NOREPLICAS/);
    const password = await secret('app');
    const asked = await twin.on('haproxy-02', `for i in $(seq 40); do exec 3<>/dev/tcp/10.0.0.10/6379; printf 'AUTH kb_app ${password}\\r\\nINFO server\\r\\nQUIT\\r\\n' >&3; timeout 2 cat <&3 | tr -d '\\r' | grep ^run_id:; exec 3>&-; done | sort | uniq -c`);
    const leading = (await server(before, 'INFO server')).split('\n').map((line) => line.trim()).find((line) => line.startsWith('run_id:')) ?? '';
    expect(asked.trim().split(/\s+/)).toEqual(['40', leading]);
    expect((await twin.keybuzz('drill', 'redis', 'sentinel-killed', '--on', 'twin')).code).toBe(0);
    expect(await master()).toBe(before);
  });

  it('takes a changed setting in host by host, the master after it has handed over, and forgets nothing', async () => {
    const before = await master();
    await server(before, 'SET acceptance kept');
    process.env['REDIS_CONFIG'] = '{"purpose":"cache"}';
    const result = await rollout();
    expect(result.code, shown(result)).toBe(0);
    const restarts = changes(result).filter((line) => /restart|hand over/.test(line));
    expect(restarts.map((line) => line.split(':')[0])).toEqual([...members.filter((host) => host !== before), before, before]);
    expect(restarts.at(-2)).toContain('hand over to another server');
    expect(await master()).not.toBe(before);
    expect(await server(await master(), 'GET acceptance', 'CONFIG GET maxmemory-policy', 'DEL acceptance')).toBe('kept\nmaxmemory-policy\nallkeys-lru\n1');
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
    delete process.env['REDIS_CONFIG'];
    expect((await rollout()).code).toBe(0);
  });

  it('never has the others follow a master that was made anew and has nothing: another one leads before it is started', async () => {
    const before = await master();
    await server(before, 'SET acceptance kept', 'WAIT 2 1000');
    await twin.on(before, 'systemctl stop redis-server redis-sentinel; rm -rf /var/lib/redis/* /etc/keybuzz/redis');
    const result = await rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(await master()).not.toBe(before);
    expect(await server(await master(), 'GET acceptance', 'DEL acceptance')).toBe('kept\n1');
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
    const well = await health();
    expect(well.code, shown(well)).toBe(0);
  });

  it('refuses a directive that the server does not know before anything restarts', async () => {
    const running = await started();
    process.env['REDIS_CONFIG'] = '{"parameters":{"maxmemorry-clients":"1g"}}';
    const result = await rollout();
    expect(result.code, shown(result)).toBe(1);
    expect(failures(result)).toContain('maxmemorry-clients');
    expect(failures(result)).toContain('/etc/keybuzz/redis/redis.conf is as it was');
    expect(await started()).toEqual(running);
  });

  it('refuses keys that it does not have, and two hosts', async () => {
    process.env['REDIS_CONFIG'] = '{"purpos":"cache"}';
    const unknown = await plan();
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('purpos') as string]);
    process.env['REDIS_CONFIG'] = '{"purpose":"other"}';
    const wrong = await plan();
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('purpose') as string]);
    delete process.env['REDIS_CONFIG'];
    process.env['REDIS_SUBROLE'] = 'replica';
    const two = await plan();
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('3') as string]);
  });

  it('shows no secret in an argument list, nor the Internet a port', async () => {
    const watching = onEach('for i in $(seq 400); do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "; sleep 0.02; done | grep -aoE "[A-Za-z0-9]{32}" | sort -u; :');
    await health();
    await rollout();
    await health();
    const seen = (await watching).join('\n');
    for (const name of ['admin', 'app', 'replication', 'sentinel', 'sentinel-clients', 'haproxy']) expect(seen).not.toContain(await secret(name));
    expect(await Promise.all(['198.51.100.21', '198.51.100.51'].flatMap((address) => [6379, 6380, 26_379].map((port) => twin.exposed(address, port))))).toEqual([false, false, false, false, false, false]);
  });

  it('is as it was after all three hosts lost their power at once', async () => {
    const drill = await twin.keybuzz('drill', 'redis', 'all-off', '--on', 'twin');
    expect(drill.code, shown(drill)).toBe(0);
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
  });
});
