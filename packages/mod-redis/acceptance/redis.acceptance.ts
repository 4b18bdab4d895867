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

  it('takes rotated passwords in while a client writes, without a restart or another master', async () => {
    const names = ['admin', 'app', 'replication', 'sentinel', 'sentinel-clients', 'haproxy'].map((name) => `redis/${name}`);
    const [before, running, former] = [await master(), await started(), await secret('app')];
    const all = await Promise.all(names.map(async (name) => (await twin.keybuzz('secrets', 'get', name)).stdout.trim()));
    for (const name of names) expect((await twin.keybuzz('secrets', 'rotate', name)).code).toBe(0);
    for (const name of names) all.push((await twin.keybuzz('secrets', 'get', name)).stdout.trim());
    // A client with the former password, and whoever reads argument lists, all along.
    const writing = twin.on('haproxy-02', `end=$((SECONDS + 25)); n=0; lost=0; while [ $SECONDS -lt $end ]; do n=$((n+1)); { exec 3<>/dev/tcp/10.0.0.10/6379 && printf 'AUTH kb_app ${former}\\r\\nINCR rotated\\r\\nQUIT\\r\\n' >&3 && timeout 2 cat <&3 | grep -q '^:'; } 2>/dev/null || lost=$((lost+1)); exec 3>&-; done; echo $n $lost`);
    const watching = onEach('for i in $(seq 600); do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "; sleep 0.02; done | grep -aoE "[A-Za-z0-9]{32}" | sort -u; :');
    const result = await rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(changes(result).filter((line) => /restart|hand over|: start /.test(line))).toEqual([]);
    const [times = 0, lost] = (await writing).trim().split(' ').map(Number);
    expect(times).toBeGreaterThan(50);
    expect(lost).toBe(0);
    const seen = (await watching).join('\n');
    for (const value of all) expect(seen).not.toContain(value);
    expect([await master(), await started()]).toEqual([before, running]);
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
    for (const name of names) expect((await twin.keybuzz('secrets', 'confirm', name)).code).toBe(0);
    const confirmed = await rollout();
    expect(confirmed.code, shown(confirmed)).toBe(0);
    const login = await twin.on(before, `printf 'AUTH kb_app ${former}\\n' | redis-cli`);
    expect(login).toMatch(/^WRONGPASS/);
    expect([await master(), await started()]).toEqual([before, running]);
    const test = await twin.keybuzz('test', '--on', 'twin', '--only', 'redis');
    expect(test.stdout, shown(test)).toContain('8 passed, 0 failed, 0 skipped');
  });

  it('has the host lead that an operator names', async () => {
    const before = await master();
    for (const to of members.filter((host) => host !== before)) {
      const switched = await twin.keybuzz('switchover', 'redis', '--to', to, '--on', 'twin');
      expect([switched.code, await master()], shown(switched)).toEqual([0, to]);
    }
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
  });

  it('has its machines started anew one after the other, the master last, and forgets nothing', async () => {
    const boots = (): Promise<string[]> => onEach('cat /proc/sys/kernel/random/boot_id');
    const [before, leading] = [await boots(), await master()];
    await server(leading, 'SET reboot kept', 'WAIT 2 1000');
    const result = await twin.keybuzz('reboot', members.join(','), '--on', 'twin', '--yes', '--json');
    expect(result.code, shown(result)).toBe(0);
    expect((await boots()).filter((id) => before.includes(id))).toEqual([]);
    expect([await master() === leading, await server(await master(), 'GET reboot', 'DEL reboot')]).toEqual([false, 'kept\n1']);
    expect([(await health()).code, (await plan()).stdout]).toEqual([0, 'Nothing to change on 5 hosts.\n']);
  });

  it('refuses a fourth Sentinel by its address while it runs, and has it forgotten afterwards', async () => {
    const leading = members.indexOf(await master());
    const address = (await twin.on(members[leading] ?? '', 'hostname -I')).split(' ').find((each) => each.startsWith('10.0.0.')) ?? '';
    const conf = ['port 26379', 'dir /tmp', 'daemonize yes', 'pidfile /run/fourth.pid', `sentinel monitor kb-redis-master ${address} 6379 2`, 'sentinel auth-user kb-redis-master kb_sentinel', `sentinel auth-pass kb-redis-master ${await secret('sentinel')}`, `sentinel sentinel-pass ${await secret('sentinel-clients')}`];
    await twin.on('haproxy-02', `DEBIAN_FRONTEND=noninteractive apt-get install -qq -y redis-tools >/dev/null 2>&1; printf '%s\\n' ${conf.map((line) => `'${line}'`).join(' ')} >/tmp/fourth.conf; ln -sf /usr/bin/redis-check-rdb /tmp/redis-sentinel; /tmp/redis-sentinel /tmp/fourth.conf --sentinel`);
    const told = async (): Promise<string> => {
      const { code, stdout, stderr } = await rollout();
      return `${code} ${stdout} ${stderr}`;
    };
    await expect.poll(told, { timeout: 60_000, interval: 2000 }).toContain('the Sentinel 10.0.0.12:26379 (haproxy-02) takes part, and is no host');
    const well = await health();
    expect(well.stdout, shown(well)).toContain('the Sentinel 10.0.0.12:26379');
    await twin.on('haproxy-02', 'kill $(cat /run/fourth.pid); rm -f /tmp/fourth.conf /tmp/redis-sentinel');
    await expect.poll(async () => (await rollout()).code, { timeout: 120_000, interval: 5000 }).toBe(0);
    expect((await plan()).stdout).toBe('Nothing to change on 5 hosts.\n');
    expect((await health()).code).toBe(0);
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
    expect([two.code, two.stderr]).toEqual([2, expect.stringMatching(/wants 3 hosts, but .* is 2 hosts: redis-02, redis-03/) as string]);
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
