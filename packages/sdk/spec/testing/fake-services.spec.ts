import { describe, expect, it } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { fakeHost, type FakeHost } from '../../src/testing/index.ts';

const said = async (host: FakeHost, line: string): Promise<string> => (await host.execute(line)).stdout;
const installed = async (host: FakeHost, names: string): Promise<void> => void (await host.execute(`apt-get -q update; apt-get -y install ${names}`));

describe('packages of a fake machine', () => {
  it('bring files, accounts and running units, and need an index first', async () => {
    const host = fakeHost();
    expect(await host.execute('apt-get -y install docker.io')).toMatchObject({ code: 100, stderr: expect.stringContaining('Unable to locate package docker.io') });
    await installed(host, 'docker.io');
    expect(await said(host, 'getent group docker | cut -d: -f1; systemctl is-enabled docker; systemctl is-active docker')).toBe('docker\nenabled\nactive\n');
    expect(host.state().packages).toMatchObject({ 'docker.io': '1.0-1 installed', containerd: '1.0-1 installed auto' });
  });

  it('start nothing while policy-rc.d forbids it', async () => {
    const host = fakeHost();
    await host.execute("printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d");
    await installed(host, 'fail2ban');
    expect(await said(host, 'systemctl is-enabled fail2ban; systemctl is-active fail2ban')).toBe('enabled\ninactive\n');
  });

  it('keep a configuration file that an administrator wrote before', async () => {
    const host = fakeHost({ files: { '/etc/fail2ban/jail.conf': 'mine\n' } });
    await installed(host, 'fail2ban');
    expect(await said(host, 'cat /etc/fail2ban/jail.conf')).toBe('mine\n');
  });

  it('are left half done by a cut, and apt refuses until dpkg has finished', async () => {
    const whole = fakeHost();
    await installed(whole, 'fail2ban');
    const host = fakeHost();
    await host.execute('apt-get -q update');
    host.cutAfter(8);
    await expect(host.run([sh`apt-get -y install fail2ban`])).rejects.toMatchObject({ kind: 'connectionLost' });
    expect(host.state().packages['fail2ban']).not.toBe('1.0-1 installed');
    expect(await host.execute('apt-get -y install fail2ban')).toMatchObject({ code: 100, stderr: expect.stringContaining('dpkg --configure -a') });
    await host.execute('dpkg --configure -a && apt-get -y install fail2ban');
    expect(host.state()).toEqual(whole.state());
  });

  it('can be had from a repository only once its source and key are there', async () => {
    const host = fakeHost({ packages: { 'docker-ce': { archive: 'download.docker.com', version: '5:28.5.1', versions: ['5:28.4.0'] } } });
    await host.execute('apt-get -q update');
    expect(await host.execute('apt-get -y install docker-ce')).toMatchObject({ code: 100 });
    await host.execute("printf 'Types: deb\\nURIs: https://download.docker.com/linux/debian\\nSigned-By: /etc/apt/keyrings/docker.asc\\n' >/etc/apt/sources.list.d/docker.sources");
    expect(await host.execute('apt-get -q update')).toMatchObject({ code: 100, stderr: expect.stringContaining('/etc/apt/keyrings/docker.asc') });
    await host.execute('touch /etc/apt/keyrings/docker.asc; apt-get -q update; apt-get -y install docker-ce=5:28.4.*');
    expect(host.state().packages['docker-ce']).toBe('5:28.4.0 installed');
  });
});

describe('units of a fake machine', () => {
  it('are stale when their files changed after they read them, until they are restarted or reloaded', async () => {
    const host = fakeHost();
    await host.execute("printf 'MaxSessions 4\\n' >/etc/ssh/sshd_config.d/10.conf");
    expect(host.state().units['ssh.service']).toBe('active enabled stale');
    await host.execute('systemctl reload ssh');
    expect(host.state().units['ssh.service']).toBe('active enabled');
  });

  it('fail to start with a configuration that their program refuses, and say why in the journal', async () => {
    const host = fakeHost({ files: { '/etc/docker/daemon.json': '{ broken' } });
    await installed(host, 'docker.io');
    expect(await host.execute('systemctl restart docker')).toMatchObject({ code: 1 });
    expect(host.state().units['docker.service']).toBe('failed enabled');
    expect(await said(host, 'journalctl --unit docker --lines 3 --output cat --no-pager')).toContain('/etc/docker/daemon.json');
  });

  it('do not start when their program or their account is missing, nor when they are masked', async () => {
    const host = fakeHost({ files: { '/etc/systemd/system/app.service': '[Service]\nExecStart=/usr/bin/app\nUser=app\n[Install]\nWantedBy=multi-user.target\n' } });
    expect((await host.execute('systemctl start app')).code).toBe(1);
    await host.execute('touch /usr/bin/app');
    expect((await host.execute('systemctl start app')).code).toBe(1);
    await host.execute('useradd --system app');
    expect((await host.execute('systemctl enable --now app')).code).toBe(0);
    await host.execute('systemctl mask --now cron');
    expect(await host.execute('systemctl start cron')).toMatchObject({ code: 1, stderr: expect.stringContaining('masked') });
  });

  it('run as systemd has read them, until a daemon-reload', async () => {
    const host = fakeHost();
    await host.execute('mkdir -p /etc/systemd/system/cron.service.d; printf "[Service]\\nNice=5\\n" >/etc/systemd/system/cron.service.d/a.conf');
    expect(await said(host, 'systemctl show --property=NeedDaemonReload cron')).toBe('NeedDaemonReload=yes\n');
    await host.execute('systemctl daemon-reload');
    expect(await said(host, 'systemctl show --property=NeedDaemonReload cron')).toBe('NeedDaemonReload=no\n');
  });

  it('move their start times with the clock of the machine', async () => {
    const host = fakeHost();
    const started = (): Promise<string> => said(host, 'systemctl show --timestamp=us+utc --property=ExecMainStartTimestamp ssh');
    const first = await started();
    await host.advance(3_600_000);
    await host.execute('systemctl restart ssh');
    expect(await started()).not.toBe(first);
    expect(await started()).toMatch(/^ExecMainStartTimestamp=Mon 2026-01-05 10:00:0\d\.\d{6} UTC\n$/);
  });
});

describe('a reboot of a fake machine', () => {
  it('empties /run, starts what is enabled, and takes settings from files', async () => {
    const host = fakeHost();
    await installed(host, 'fail2ban');
    await host.execute('touch /run/note; systemctl disable fail2ban; sysctl -q -w vm.swappiness=10 kernel.panic=9; printf "vm.swappiness = 10\\n" >/etc/sysctl.d/a.conf; printf "db-01\\n" >/etc/hostname; swapoff -a');
    host.powerCycle();
    expect(await said(host, 'ls /run/note 2>/dev/null; systemctl is-active fail2ban ssh; sysctl -n vm.swappiness kernel.panic kernel.hostname; grep -c swapfile /proc/swaps')).toBe('inactive\nactive\n10\n0\ndb-01\n1\n');
  });

  it('loses the rules of the kernel, and has those of UFW again only when it is enabled', async () => {
    const host = fakeHost();
    await installed(host, 'ufw');
    await host.execute('iptables -P INPUT DROP');
    expect(host.unreachable()).toContain('the firewall does not let 10.0.0.250 reach port 22');
    host.powerCycle();
    expect(host.unreachable()).toBeUndefined();
    await host.execute('ufw --force enable');
    host.powerCycle();
    expect(host.unreachable()).toContain('firewall');
  });
});

describe('a cut', () => {
  it('comes after so many changes of state, in the middle of a command too, and spares what comes later', async () => {
    const host = fakeHost();
    host.cutAfter(2);
    await expect(host.run([sh`touch /srv/a`, sh`touch /srv/b && touch /srv/c; touch /srv/d`])).rejects.toMatchObject({ kind: 'connectionLost', context: { host: 'host-01' } });
    expect(await said(host, 'ls /srv')).toBe('a\nb\n');
    await host.run([sh`touch /srv/e`]);
    expect(await said(host, 'ls /srv')).toBe('a\nb\ne\n');
  });

  it('leaves the timers of the host running, unless the power went too', async () => {
    for (const power of [false, true]) {
      const host = fakeHost();
      await host.execute('systemd-run --on-active=30 --unit=undo /bin/sh -c "touch /srv/undone"');
      host.cutAfter(0, { power });
      await expect(host.run([sh`touch /srv/a`])).rejects.toMatchObject({ kind: 'connectionLost' });
      await host.advance(31_000);
      expect(await said(host, 'ls /srv')).toBe(power ? '' : 'undone\n');
    }
  });

  it('is forgotten by a snapshot: restored, the machine is what it was', async () => {
    const host = fakeHost();
    const [snapshot, state] = [host.snapshot(), host.state()];
    await installed(host, 'docker.io');
    await host.execute('useradd bob; hostname other; swapoff -a');
    expect(host.state()).not.toEqual(state);
    host.restore(snapshot);
    expect(host.state()).toEqual(state);
  });
});
