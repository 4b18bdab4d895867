import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, changes as changesOf, commandsOn, events, shown, type AcceptanceTwin, type CliResult, type Commands } from '@keybuzz/twin/acceptance';
import { ask } from '../src/runtime.ts';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of haproxy. ${machine.why}. To run it: ${machine.next}\n\n`);

const [first, second] = ['haproxy-01', 'haproxy-02'];
const fragmentFile = '/etc/haproxy/conf.d/echo.cfg';
let twin: AcceptanceTwin;
let cli: Commands;

const changes = (result: CliResult): string[] => changesOf(result).toSorted();
const failures = (result: CliResult): string => JSON.stringify(events(result).filter((e) => e.type === 'failure'));

/** A line sent through a proxy, and what came back. */
const echoed = (address: string, word: string): Promise<string> => twin.on(second, `exec 3<>/dev/tcp/${address}/7000; echo ${word} >&3; timeout 5 head -n 1 <&3`);
/** The same, once the load balancer, or the proxy of that address, has seen with its checks who serves: it takes it some seconds. */
const served = (word: string, address = '10.0.0.10'): Promise<string> =>
  twin.on(second, `for i in $(seq 60); do got=$(exec 3<>/dev/tcp/${address}/7000 && echo ${word} >&3 && timeout 1 head -n 1 <&3); [ "$got" = ${word} ] && break; sleep 0.5; done 2>/dev/null; echo "$got"`);
const workers = (host: string): Promise<string> => twin.on(host, `systemctl show -p MainPID --value haproxy; pgrep -P "$(systemctl show -p MainPID --value haproxy)" | wc -l`);

describe.skipIf(!machine.ok)('the proxies of the inventory', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: `${first},${second}` });
    cli = commandsOn(twin);
  });
  afterEach(() => {
    delete process.env['ECHO_BACKEND'];
    delete process.env['ECHO_EXTRA'];
  });
  afterAll(() => twin?.close());

  it('are there after a rollout, and then nothing is left to change', async () => {
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(0);
    const after = await cli.plan();
    expect(after.stdout, shown(after)).toBe('Nothing to change on 2 hosts.\n');
    const again = await cli.rollout();
    expect([again.code, changes(again)], shown(again)).toEqual([0, []]);
  });

  it('serve a fragment of another module, on each host and through the load balancer', async () => {
    expect(await Promise.all([echoed('10.0.0.11', 'hello'), echoed('10.0.0.12', 'hello'), served('hello')])).toEqual(['hello', 'hello', 'hello']);
  });

  it('are healthy, and every proof holds', async () => {
    const health = await twin.keybuzz('health', '--on', 'twin', '--only', 'haproxy');
    expect(health.code, shown(health)).toBe(0);
    const test = await twin.keybuzz('test', '--on', 'twin', '--only', 'haproxy');
    expect(test.stdout, shown(test)).toContain('13 passed, 0 failed, 0 skipped');
  });

  it('reload for a changed fragment without dropping a connection, and keep their main process', async () => {
    const [pid] = (await workers(first)).split('\n');
    const held = twin.on(second, `exec 3<>/dev/tcp/10.0.0.11/7000; echo before >&3; head -n 1 <&3; until [ -e /tmp/reloaded ]; do sleep 0.2; done; echo after >&3; timeout 5 head -n 1 <&3`);
    process.env['ECHO_BACKEND'] = 'second';
    const result = await cli.rollout();
    await twin.on(second, 'touch /tmp/reloaded');
    expect(await held).toBe('before\nafter');
    expect([result.code, changes(result)], shown(result)).toEqual([0, [first, second].flatMap((host) => [`${host}: change ${fragmentFile} (0640)`, `${host}: reload haproxy: ${fragmentFile} changed`])]);
    expect((await workers(first)).split('\n')[0]).toBe(pid);
    expect((await cli.plan()).stdout).toBe('Nothing to change on 2 hosts.\n');
    expect(await echoed('10.0.0.10', 'hello')).toBe('hello');
  });

  it('lead no connection to a server that no check has found well, neither after a reload nor after a start', async () => {
    const sessions = `${ask('show stat').text} | grep -E '^echo-half,(there|gone),' | cut -d, -f8 | tr '\\n' ' '`;
    /** Connections that the process of now has led to either server, once it has led ten to the one that is there. */
    const led = (): Promise<string> => twin.on(first, `for i in $(seq 300); do set -- $(${sessions}); [ "\${1:-0}" -ge 10 ] && break; sleep 0.1; done; echo "$((\${1:-0} >= 10)) \${2:-none}"`);
    const client = (until: string): Promise<string> => twin.on(second, `n=0; lost=0; rm -f ${until}; until [ -e ${until} ] || [ $SECONDS -gt 120 ]; do n=$((n+1)); [ "$(timeout 5 bash -c 'exec 3<>/dev/tcp/10.0.0.11/7010; echo hello >&3; head -n 1 <&3' 2>/dev/null)" = hello ] || lost=$((lost+1)); done; echo $n $lost`);
    const reloading = client('/tmp/done-reloading');
    for (let i = 0; i < 5; i++) {
      await twin.on(first, `was=$(pgrep -n haproxy); systemctl reload haproxy; until [ "$(pgrep -n haproxy)" != "$was" ]; do sleep 0.05; done`);
      expect(await led()).toBe('1 0');
    }
    await twin.on(second, 'touch /tmp/done-reloading');
    const [times, lost] = (await reloading).split(' ').map(Number);
    expect([times, lost]).toEqual([expect.toSatisfy((n: number) => n >= 50), 0]);
    const starting = client('/tmp/done-starting');
    await twin.on(first, 'systemctl restart haproxy');
    expect(await led()).toBe('1 0');
    await twin.on(second, 'touch /tmp/done-starting');
    await starting;
  });

  it('refuse a fragment with a word that HAProxy does not know, and go on with the old one', async () => {
    process.env['ECHO_BACKEND'] = 'second';
    const before = await twin.on(first, `sha256sum ${fragmentFile}; ls -A /etc/haproxy/conf.d`);
    process.env['ECHO_EXTRA'] = 'servre x 127.0.0.1:1';
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(1);
    expect(failures(result)).toContain("unknown keyword 'servre' in 'frontend' section");
    expect(failures(result)).toContain(`${fragmentFile} is as it was`);
    expect(await twin.on(first, `sha256sum ${fragmentFile}; ls -A /etc/haproxy/conf.d`)).toBe(before);
    expect(await echoed('10.0.0.11', 'hello')).toBe('hello');
    delete process.env['ECHO_EXTRA'];
    expect((await cli.plan()).stdout).toBe('Nothing to change on 2 hosts.\n');
  });

  it('tell that a valid fragment is not in force when its port is taken, serve as before, and take it once the port is free', async () => {
    process.env['ECHO_BACKEND'] = 'second';
    process.env['ECHO_EXTRA'] = 'bind 127.0.0.1:7009';
    await twin.on(first, 'systemd-run --quiet --unit=squatter python3 -m http.server --bind 127.0.0.1 7009; until ss -ltn | grep -q :7009; do :; done');
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(1);
    expect(failures(result)).toContain('its old process still answers');
    expect(await echoed('10.0.0.11', 'hello')).toBe('hello');
    const health = await twin.keybuzz('health', '--on', 'twin', '--only', 'haproxy', '--json');
    expect([health.code, health.stdout], shown(health)).toEqual([4, expect.stringContaining('KEYBUZZ_FRAGMENT_ECHO') as string]);
    await twin.on(first, 'systemctl stop squatter');
    const healed = await cli.rollout();
    expect(healed.code, shown(healed)).toBe(0);
    expect(changes(healed)).toEqual([`${first}: reload haproxy: ${fragmentFile} changed`]);
    delete process.env['ECHO_EXTRA'];
    expect((await cli.rollout()).code).toBe(0);
  });

  it('show the Internet nothing', async () => {
    expect(await Promise.all([8404, 7000, 22].map((port) => twin.exposed('198.51.100.51', port)))).toEqual([false, false, false]);
  });

  it('are as wanted after a power cycle, and one of them serves while the other is off', async () => {
    process.env['ECHO_BACKEND'] = 'second';
    const off = await twin.keybuzz('twin', 'fault', first, 'power-off');
    expect(off.code, shown(off)).toBe(0);
    expect(await served('hello')).toBe('hello');
    expect((await twin.keybuzz('twin', 'heal')).code).toBe(0);
    const after = await cli.plan();
    expect(after.stdout, shown(after)).toBe('Nothing to change on 2 hosts.\n');
    expect(await served('hello', '10.0.0.11')).toBe('hello');
    const health = await twin.keybuzz('health', '--on', 'twin', '--only', 'haproxy');
    expect(health.code, shown(health)).toBe(0);
  });
});
