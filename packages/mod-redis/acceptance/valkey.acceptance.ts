import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, commandsOn, shown, type AcceptanceTwin, type Commands } from '@keybuzz/twin/acceptance';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of redis with Valkey. ${machine.why}. To run it: ${machine.next}\n\n`);

let twin: AcceptanceTwin;
let kb: Commands;

describe.skipIf(!machine.ok)('Valkey in the place of Redis', () => {
  beforeAll(async () => {
    process.env['REDIS_CONFIG'] = '{"engine":"valkey"}';
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: 'redis-01,redis-02,redis-03,haproxy-01,haproxy-02' });
    kb = commandsOn(twin);
  });
  afterAll(async () => {
    delete process.env['REDIS_CONFIG'];
    await twin?.close();
  });

  it('comes up, is Valkey, is healthy, holds every proof, and then nothing is left to change', async () => {
    const result = await kb.rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(await twin.on('redis-01', 'valkey-server --version; systemctl is-active valkey-server valkey-sentinel')).toMatch(/^Valkey server v=\d[^]*\nactive\nactive$/);
    const [well, test, after] = [await kb.health('--only', 'redis'), await kb.test('--only', 'redis'), await kb.plan()];
    expect(well.code, shown(well)).toBe(0);
    expect(test.stdout, shown(test)).toContain('8 passed, 0 failed, 0 skipped');
    expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
  });

  it('keeps the promise for a killed master, and afterwards nothing is left to change', async () => {
    const drill = await kb.drill('redis', 'master-killed');
    expect(drill.code, shown(drill)).toBe(0);
    const [well, after] = [await kb.health('--only', 'redis'), await kb.plan()];
    expect(well.code, shown(well)).toBe(0);
    expect(after.stdout, shown(after)).toBe('Nothing to change on 5 hosts.\n');
  });
});
