import { describe, expect, it } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { change, converge, fact, operation, type Guard, type Operation } from '../../src/converge/index.ts';
import { fakeHost, type FakeHost } from '../../src/testing/index.ts';

const settings = '/etc/ssh/sshd_config.d/00-spec.conf';

const guard: Guard = {
  within: 30,
  arm: sh`systemd-run --quiet --on-active=30 --unit=spec-rollback /bin/sh -c ${`rm -f ${settings}; systemctl restart ssh; echo restored >/srv/restored`}`,
  disarm: sh`systemctl stop spec-rollback.timer`,
};

/** sshd has these settings; a change of them is guarded. */
function sshd(text: string): Operation {
  const now = fact({ name: 'settings', command: sh`[ ! -e ${settings} ] || cat ${settings}`, parse: ({ stdout }) => stdout });
  return operation({
    title: 'sshd has its settings',
    look: { now },
    change: ({ now: there }) => [there !== text && change(sh`printf %s ${text} >${settings} && systemctl restart ssh`, { summary: 'change sshd' })],
    guard,
  });
}

const run = (host: FakeHost, wanted: Operation) => converge([wanted], { session: host, mode: 'apply', touched: [], redact: (line) => line, onChange: () => {} });

describe('a guarded change', () => {
  it('is armed before, proven by a new connection, and then kept', async () => {
    const host = fakeHost();
    await run(host, sshd('MaxSessions 4\n'));
    const order = host.transcript.map(({ command }) => command).filter((command) => /systemd-run|printf|systemctl stop/.test(command));
    expect(order.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual(['systemd-run --quiet', "printf %s", 'systemctl stop']);
    expect(host.reconnects).toBe(1);
    await host.advance(120_000);
    expect(await host.execute(`cat ${settings}`)).toMatchObject({ stdout: 'MaxSessions 4\n' });
  });

  it('is not armed when there is nothing to change', async () => {
    const host = fakeHost({ files: { [settings]: 'MaxSessions 4\n' } });
    await run(host, sshd('MaxSessions 4\n'));
    expect(host.transcript).toHaveLength(1);
    expect(host.reconnects).toBe(0);
  });

  it('is taken back by the host itself when no new connection can be made, and the failure says so', async () => {
    const host = fakeHost();
    // The firewall of the host lets port 22 in and nothing else.
    await host.execute('apt-get -y update && apt-get -y install iptables && iptables -A INPUT -p tcp --dport 22 -j ACCEPT && iptables -P INPUT DROP');
    await expect(run(host, sshd('Port 2222\n'))).rejects.toMatchObject({ kind: 'rolledBack' });
    expect(host.unreachable()).toContain('port 2222');
    await host.advance(30_000);
    expect(host.unreachable()).toBeUndefined();
    expect(await host.execute('cat /srv/restored')).toMatchObject({ stdout: 'restored\n' });
  });

  it('stays armed when the controller dies before it can confirm: the host restores what it had', async () => {
    const host = fakeHost();
    // After the timer, the file and the restart.
    host.cutAfter(4);
    await expect(run(host, sshd('MaxSessions 4\n'))).rejects.toMatchObject({ kind: 'connectionLost' });
    expect(await host.execute(`cat ${settings}`)).toMatchObject({ stdout: 'MaxSessions 4\n' });
    await host.advance(31_000);
    expect(await host.execute(`cat ${settings}`)).toMatchObject({ code: 1 });
  });
});
