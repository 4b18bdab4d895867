import { describe, expect, it } from 'vitest';
import { rollout, use } from '@keybuzz/sdk';
import { fakeCluster, fakeStack, type FakeHost, type FakeStack } from '@keybuzz/sdk/testing';
import { base } from '../src/index.ts';

async function stackWith(edit: string, config: Parameters<typeof use<typeof base.definition.config, unknown>>[1] = {}): Promise<{ stack: FakeStack; host: FakeHost }> {
  const cluster = fakeCluster({ db: 1 });
  const host = cluster.host('db-01');
  await host.execute(edit);
  return { stack: fakeStack([use(base, config)], { cluster }), host };
}

async function ran(stack: FakeStack, mode: 'plan' | 'apply'): Promise<{ changes: readonly string[]; failures: readonly string[] }> {
  const open = stack.open(mode);
  await rollout(open);
  return {
    changes: open.events.flatMap((event) => (event.type === 'change' && /ssh/.test(event.operation) ? [event.summary] : [])),
    failures: open.events.flatMap((event) => (event.type === 'failure' ? [event.message] : [])),
  };
}

describe('sshd whose main file says otherwise', () => {
  const place = '/etc/ssh/sshd_config:1 sets PermitRootLogin to yes, wanted prohibit-password';

  it('is shown by the plan, and fails the rollout with file, line and remedy', async () => {
    const { stack, host } = await stackWith("sed -i '1i PermitRootLogin yes' /etc/ssh/sshd_config");
    expect((await ran(stack, 'plan')).changes).toContain(`sshd cannot be as wanted: ${place}`);
    const { failures } = await ran(stack, 'apply');
    expect(failures).toEqual([expect.stringContaining(`${place}\nnext: take that out of the file by hand`)]);
    await host.execute("sed -i 1d /etc/ssh/sshd_config");
    expect(await ran(stack, 'apply')).toMatchObject({ failures: [] });
  });

  it('keeps its files when they are no good together with ours, whatever they are alone', async () => {
    const { stack, host } = await stackWith('echo Nonsense yes >/etc/ssh/sshd_config.d/50-x.conf');
    expect((await ran(stack, 'apply')).failures).toEqual([expect.stringContaining('50-x.conf: line 1: Bad configuration option: Nonsense')]);
    expect((await host.execute('ls -A /etc/ssh/sshd_config.d')).stdout).toBe('50-x.conf\n');
  });

  it('is judged with our candidate in its place', async () => {
    const { stack, host } = await stackWith('sed -i "s#/etc/ssh/##" /etc/ssh/sshd_config');
    expect(await ran(stack, 'apply')).toMatchObject({ failures: [] });
    expect((await host.execute('grep Include /run/keybuzz/sshd-trial/main; grep -h MaxAuthTries /run/keybuzz/sshd-trial/*')).stdout).toBe('Include /run/keybuzz/sshd-trial/*.conf\nMaxAuthTries 3\n');
  });
});

describe('a jump host', () => {
  const forwarded = '0 0 10.0.0.11:51422 10.0.0.12:22 users:(("sshd-session",pid=812,fd=9))\n';
  const dropIn = 'cat /etc/ssh/sshd_config.d/00-keybuzz.conf';

  it('is not told to stop forwarding while it forwards: the fleet behind it could not be reached again', async () => {
    const { stack, host } = await stackWith('');
    host.machine.connections.push(forwarded);
    expect((await ran(stack, 'apply')).failures).toEqual([expect.stringContaining('add the host to ssh.tcpForwardingHosts')]);
    expect((await host.execute(dropIn)).code).toBe(1);
  });

  it('may forward where it is said so', async () => {
    const { stack, host } = await stackWith('', { config: { ssh: { tcpForwardingHosts: ['db-01'] } } });
    host.machine.connections.push(forwarded);
    expect(await ran(stack, 'apply')).toMatchObject({ failures: [] });
    expect((await host.execute(dropIn)).stdout).toContain('AllowTcpForwarding yes');
    expect((await ran(stack, 'plan')).changes).toEqual([]);
  });

  it('of a user who is on the host and went on from there is no jump host', async () => {
    const { stack, host } = await stackWith('');
    host.machine.connections.push(forwarded.replace('sshd-session', 'ssh'));
    expect(await ran(stack, 'apply')).toMatchObject({ failures: [] });
  });
});
