import { describe, expect, it } from 'vitest';
import { unitOutdated, unitState } from '../../src/facts/index.ts';
import { readFrom } from '../recorded.ts';

const names = ['haproxy', 'redis', 'dbus.socket', 'kbfail', 'nosuch', 'systemd-timesyncd', 'systemd-journald.service'];

describe('unitState', () => {
  const [haproxy, redis, socket, broken, nosuch, masked, journald] = readFrom('debian-13/units', names.map(unitState));

  it('sees a running unit whose files changed since systemd read them', () => {
    expect(haproxy).toMatchObject({ id: 'haproxy', load: 'loaded', active: true, enabled: true, canReload: true, outdated: true });
  });

  it('finds a unit by its alias', () => {
    expect(redis).toMatchObject({ id: 'redis-server', names: ['redis-server', 'redis'], active: true, canReload: false });
  });

  it('knows when the process started to the microsecond', () => {
    expect(Number(haproxy!.started! % 1_000_000_000n)).not.toBe(0);
    expect(String(haproxy!.started)).toMatch(/^\d{16}000$/);
  });

  it('takes the time a unit without a process became active', () => {
    expect(socket!.started).toBeGreaterThan(1_795_000_000_000_000_000n);
  });

  it('does not take a failed unit for active', () => {
    expect(broken).toMatchObject({ active: false, activeState: 'failed', fileState: 'static', enabled: true });
  });

  it('knows that a unit does not exist', () => {
    expect(nosuch).toEqual({
      id: 'nosuch', names: ['nosuch'], load: 'not-found', active: false, activeState: 'inactive', enabled: false, fileState: '', outdated: false, canReload: false, started: undefined,
    });
  });

  it('knows a masked unit, and one by its full name', () => {
    expect(masked).toMatchObject({ load: 'masked', enabled: false });
    expect(journald).toMatchObject({ id: 'systemd-journald', active: true, enabled: true });
  });

  it('reads what systemd 249 writes for a unit that never started', () => {
    const [cron, none] = readFrom('ubuntu-22.04/units', ['cron', 'nosuch'].map(unitState));
    expect(cron!.started).toBe(1_795_452_858_101_845_000n);
    expect(none).toMatchObject({ load: 'not-found', started: undefined });
  });

  it('is told apart from its files, for which systemd looks at the disk', () => {
    expect(readFrom('debian-13/unit-files-of-systemd', ['ssh', 'ufw', 'nosuch'].map(unitOutdated))).toEqual([false, true, false]);
  });

  it('reads what systemd answers itself', () => {
    const [ssh, alias, ufw, timer, socket, none] = readFrom('debian-13/units-of-systemd', ['ssh', 'sshd', 'ufw', 'apt-daily.timer', 'dbus.socket', 'nosuch'].map(unitState));
    expect(ssh).toMatchObject({ id: 'ssh', names: ['ssh'], load: 'loaded', active: true, enabled: true, fileState: 'enabled', canReload: true, outdated: false });
    expect(alias).toMatchObject({ id: 'ssh', names: ['ssh', 'sshd'], started: ssh!.started });
    expect(ssh!.started).toBe(1_795_627_912_565_389_000n);
    expect(ufw).toMatchObject({ active: true, enabled: true, canReload: false });
    expect(timer).toMatchObject({ id: 'apt-daily.timer', active: true, enabled: true, started: 1_795_627_912_502_965_000n });
    expect(socket).toMatchObject({ id: 'dbus.socket', fileState: 'static', enabled: true });
    expect(none).toEqual({
      id: 'nosuch', names: ['nosuch'], load: 'not-found', active: false, activeState: 'inactive', enabled: false, fileState: '', outdated: false, canReload: false, started: undefined,
    });
  });
});
