import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, changes, commandsOn, events, shown, type AcceptanceTwin, type Commands } from '@keybuzz/twin/acceptance';

import { watchArguments } from './watch-arguments.ts';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of base. ${machine.why}. To run it: ${machine.next}\n\n`);

const [db, redis] = ['db-master-01', 'redis-01'];
let twin: AcceptanceTwin;
let cli: Commands;

describe.skipIf(!machine.ok)('base on two servers of the inventory', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: `${db},${redis}` });
    cli = commandsOn(twin);
  });
  afterAll(() => twin?.close());

  it('plans what is missing and changes nothing by it', async () => {
    const state = "systemctl is-system-running --wait; find /etc -printf '%p %s %T@ %m\\n' | sort | sha256sum; dpkg-query -W | sha256sum; systemctl list-unit-files --state=enabled | sha256sum";
    const before = await twin.on(db, state);
    const result = await cli.plan();
    expect(result.code, shown(result)).toBe(3);
    expect(result.stdout).toContain('on 2 of 2 hosts');
    expect(await twin.on(db, state)).toBe(before);
  });

  it('converges although the controller was killed four times on the way', async () => {
    for (const milliseconds of [1500, 6000, 12_000, 20_000]) await twin.cutAfter(milliseconds, 'rollout', '--on', 'twin', '--yes');
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(0);
    const after = await cli.plan();
    expect(after.code, shown(after)).toBe(0);
    expect(after.stdout).toBe('Nothing to change on 2 hosts.\n');
  });

  it('changes nothing the second time', async () => {
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(changes(result)).toEqual([]);
  });

  it('is healthy, and every proof holds', async () => {
    const health = await twin.keybuzz('health', '--on', 'twin');
    expect(health.code, shown(health)).toBe(0);
    const test = await twin.keybuzz('test', '--on', 'twin');
    expect(test.stdout, shown(test)).toContain('12 passed, 0 failed, 0 skipped');
  });

  it('shows the Internet nothing, SSH included', async () => {
    expect(await twin.exposed('198.51.100.18', 22)).toBe(false);
    expect(await twin.exposed('198.51.100.21', 22)).toBe(false);
  });

  it('fails its proof where a port that nobody declared is open to the Internet', async () => {
    await twin.on(db, 'systemd-run --quiet --collect --unit=stray python3 -m http.server --bind 0.0.0.0 9999; iptables -I ufw-user-input -p tcp --dport 9999 -j ACCEPT');
    const test = await cli.test('--json');
    expect(test.code, shown(test)).toBe(1);
    expect(test.stdout).toContain('"seen":"198.51.100.18 port 9999: open"');
    await twin.on(db, 'systemctl stop stray; iptables -D ufw-user-input -p tcp --dport 9999 -j ACCEPT');
    expect((await cli.plan()).code).toBe(0);
  });

  it('names what was changed by hand on one host, heals exactly that, and sees nothing after', async () => {
    await twin.on(db, 'systemctl disable --now fail2ban; sysctl -qw net.core.somaxconn=11; ln -sfn /usr/share/zoneinfo/UTC /etc/localtime; echo "PermitRootLogin yes" >/etc/ssh/sshd_config.d/00-keybuzz.conf; iptables -I ufw-user-input -p tcp --dport 9999 -j ACCEPT');
    const seen = await cli.plan();
    expect(seen.code, shown(seen)).toBe(3);
    for (const word of [db, 'fail2ban', 'net.core.somaxconn: 11 -> 65535', 'Europe/Paris', '/etc/ssh/sshd_config.d/00-keybuzz.conf', 'firewall', 'on 1 of 2 hosts']) expect(seen.stdout).toContain(word);
    const healed = await cli.rollout();
    expect(healed.code, shown(healed)).toBe(0);
    expect(changes(healed).filter((line) => line.startsWith(`${redis}:`))).toEqual([]);
    expect((await cli.plan()).code).toBe(0);
    expect(await twin.on(db, 'systemctl is-active fail2ban; cat /proc/sys/net/core/somaxconn; readlink /etc/localtime; sshd -T | grep ^permitrootlogin')).toBe('active\n65535\n/usr/share/zoneinfo/Europe/Paris\npermitrootlogin without-password');
  });

  it('keeps every secret out of runs and of argument lists', async () => {
    const [password, hash] = await Promise.all(['password', 'hash'].map(async (name) => (await twin.keybuzz('secrets', 'get', `base/console-${name}`)).stdout.trim()));
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    await twin.on(db, "usermod -p '!' root");
    const watch = watchArguments([password ?? '', hash ?? '', 'bin.ts rollout']);
    const result = await cli.rollout();
    expect(changes(result)).toEqual([`${db}: set the password of root`]);
    expect(await twin.on(db, 'getent shadow root | cut -d: -f2')).toBe(hash);
    // The last one shows that the watch sees what is there to see.
    expect(await watch.ends()).toEqual(['bin.ts rollout']);
    const runs = readdirSync(join(twin.folder, 'runs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(runs.length).toBeGreaterThan(10);
    expect(runs.filter((entry) => [password, hash].some((value) => readFileSync(join(entry.parentPath, entry.name), 'utf8').includes(value ?? '')))).toEqual([]);
  });

  it('tells that a host is down, and finishes the others', async () => {
    await twin.on(redis, 'rm /etc/logrotate.d/none 2>/dev/null; sysctl -qw net.core.somaxconn=12');
    const off = await twin.keybuzz('twin', 'fault', db, 'power-off');
    expect(off.code, shown(off)).toBe(0);
    const result = await cli.rollout();
    expect(result.code, shown(result)).toBe(1);
    expect(events(result).filter((e) => e.type === 'failure').map(({ host, kind }) => ({ host, kind }))).toEqual([{ host: db, kind: 'unreachable' }]);
    expect(changes(result)).toEqual([`${redis}: set net.core.somaxconn to 65535`]);
    const on = await twin.keybuzz('twin', 'heal');
    expect(on.code, shown(on)).toBe(0);
  });

  it('is as wanted after a power cycle', async () => {
    const after = await cli.plan();
    expect(after.code, shown(after)).toBe(0);
    const health = await twin.keybuzz('health', '--on', 'twin');
    expect(health.code, shown(health)).toBe(0);
  });
});
