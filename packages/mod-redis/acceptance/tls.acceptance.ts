import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, commandsOn, shown, type AcceptanceTwin, type Commands } from '@keybuzz/twin/acceptance';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of redis with TLS. ${machine.why}. To run it: ${machine.next}\n\n`);

const members = ['redis-01', 'redis-02', 'redis-03'];
let twin: AcceptanceTwin;
let kb: Commands;

/** When the server of every host started. */
const started = (): Promise<readonly string[]> => Promise.all(members.map((host) => twin.on(host, 'systemctl show -P ExecMainStartTimestampMonotonic redis-server')));
/** What a server answers to its administrator, with TLS. */
const server = async (host: string, ...lines: readonly string[]): Promise<string> => {
  const password = (await twin.keybuzz('secrets', 'get', 'redis/admin')).stdout.trim();
  const said = ['AUTH kb_admin ' + password, ...lines].map((line) => `'${line}'`).join(' ');
  return (await twin.on(host, `printf '%s\\n' ${said} | redis-cli --tls --cacert /etc/keybuzz/redis/ca.pem | tr -d '\\r' | sed 1d`)).trim();
};
const settled = async (): Promise<void> => {
  const [well, after] = [await kb.health('--only', 'redis'), await kb.plan()];
  expect(well.code, shown(well)).toBe(0);
  expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
};

describe.skipIf(!machine.ok)('Redis with TLS', () => {
  beforeAll(async () => {
    process.env['REDIS_CONFIG'] = '{"tls":true}';
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: 'redis-01,redis-02,redis-03,haproxy-01,haproxy-02' });
    kb = commandsOn(twin);
  });
  afterAll(async () => {
    delete process.env['REDIS_CONFIG'];
    await twin?.close();
  });

  it('comes up on bare hosts, is healthy, holds every proof over TLS, and then nothing is left to change', async () => {
    const result = await kb.rollout();
    expect(result.code, shown(result)).toBe(0);
    const test = await kb.test('--only', 'redis');
    expect(test.stdout, shown(test)).toContain('10 passed, 0 failed, 0 skipped');
    await settled();
  });

  it('answers nobody without TLS, neither directly nor through the proxies, and shows a certificate of the authority for the address of the load balancer', async () => {
    const plain = (address: string, port: number): Promise<string> => twin.on('haproxy-01', `exec 3<>/dev/tcp/${address}/${port}; printf 'PING\\r\\n' >&3; timeout 3 head -c 7 <&3 | tr -cd A-Z; exec 3>&-; :`);
    expect(await Promise.all([plain('10.0.0.123', 6379), plain('10.0.0.123', 26_379), plain('10.0.0.10', 6379), plain('10.0.0.10', 6380)])).toEqual(['', '', '', '']);
    const verified = (port: number): Promise<string> => twin.on('haproxy-01', `openssl s_client -connect 10.0.0.10:${port} -CAfile /etc/keybuzz/redis-ca.pem -verify_ip 10.0.0.10 -verify_return_error </dev/null 2>&1 | grep -c 'Verify return code: 0'`);
    expect(Number(await verified(6379))).toBeGreaterThan(0);
    expect(Number(await verified(6380))).toBeGreaterThan(0);
    // Between the servers, and from Sentinels and proxies, nothing is sent without it either: no port without TLS is left.
    expect(await Promise.all(members.map((host) => twin.on(host, `ss -Hltn | grep -cE ':(6379|26379) '; grep -hE '^(port|tls-port) ' /etc/keybuzz/redis/*.conf | sort | tr '\\n' ' '`)))).toEqual(members.map(() => '4\nport 0 port 0 tls-port 26379 tls-port 6379'));
  });

  it('keeps the promise for a killed master, and afterwards it is healthy and nothing is left to change', async () => {
    const drill = await kb.drill('redis', 'master-killed');
    expect(drill.code, shown(drill)).toBe(0);
    await settled();
  });

  it('takes a renewed certificate in without restarting a server', async () => {
    const before = await started();
    const serial = (): Promise<string> => twin.on('redis-02', "openssl s_client -connect 127.0.0.1:6379 </dev/null 2>/dev/null | openssl x509 -noout -serial");
    const old = await serial();
    expect((await twin.keybuzz('secrets', 'rotate', 'redis/tls-redis-02')).code).toBe(0);
    const result = await kb.rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(await started()).toEqual(before);
    expect(await serial()).not.toBe(old);
    await settled();
  });

  it('is not changed into one without TLS while it runs; stopped as the refusal says, it comes back with all it had, and back again', async () => {
    const [leading = ''] = (await Promise.all(members.map(async (host) => ((await server(host, 'ROLE')).startsWith('master') ? [host] : [])))).flat();
    expect(await server(leading, 'SET acceptance kept', 'WAIT 2 2000')).toBe('OK\n2');
    const last = [...members.filter((host) => host !== leading), leading];
    for (const [wanted, forget] of [['{}', "; sed -i '/^tls-/d' /var/lib/redis/redis.conf /var/lib/redis/sentinel.conf"], ['{"tls":true}', '']] as const) {
      process.env['REDIS_CONFIG'] = wanted;
      const running = await started();
      const refused = await kb.rollout();
      expect([refused.code, await started()], shown(refused)).toEqual([1, running]);
      expect(refused.stdout + refused.stderr, shown(refused)).toContain('TLS and is to run');
      for (const host of last) await twin.on(host, `systemctl stop redis-sentinel redis-server${forget}`);
      const result = await kb.rollout();
      expect(result.code, shown(result)).toBe(0);
      await settled();
    }
    expect((await Promise.all(members.map((host) => server(host, 'GET acceptance'))))).toEqual(['kept', 'kept', 'kept']);
  });
});
