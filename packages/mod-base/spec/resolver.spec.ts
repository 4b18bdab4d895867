import { describe, expect, it } from 'vitest';
import { rollout, use } from '@keybuzz/sdk';
import { fakeCluster, fakeStack } from '@keybuzz/sdk/testing';
import { base } from '../src/index.ts';

async function rolledOut(prepare: string, owner: 'file' | 'resolved') {
  const cluster = fakeCluster({ db: 1 });
  const host = cluster.host('db-01');
  await host.execute(prepare);
  const stack = fakeStack([use(base, { config: { dns: { owner } } })], { cluster });
  await rollout(stack.open());
  return host;
}

const clients = 'mkdir -p /etc/dhcp/dhclient-enter-hooks.d; touch /etc/dhcpcd.conf';
const hooks = 'cat /etc/dhcp/dhclient-enter-hooks.d/keybuzz /etc/dhcpcd.enter-hook 2>&1 | grep -v ^#';

describe('a plain /etc/resolv.conf', () => {
  it('is not written by the DHCP clients that are there', async () => {
    expect((await (await rolledOut(clients, 'file')).execute(hooks)).stdout).toBe('make_resolv_conf() { :; }\nskip_hooks="$skip_hooks resolv.conf"\n');
  });

  it('needs nothing where there are none', async () => {
    expect((await (await rolledOut('', 'file')).execute('ls -d /etc/dhcp /etc/dhcpcd* 2>/dev/null')).stdout).toBe('');
  });

  it('is not wanted where systemd-resolved owns it', async () => {
    expect((await (await rolledOut(clients, 'resolved')).execute('ls /etc/dhcp/dhclient-enter-hooks.d; readlink /etc/resolv.conf')).stdout).toBe('/run/systemd/resolve/stub-resolv.conf\n');
  });
});

describe('health', () => {
  it.each([
    ['yes', 'ok'],
    ['no', 'degraded'],
  ])('asks the kernel whether its clock is synchronised: %s is %s', async (seen, status) => {
    const cluster = fakeCluster({ db: 1 });
    const stack = fakeStack([use(base)], { cluster });
    await rollout(stack.open());
    if (seen === 'no') await cluster.host('db-01').execute('systemctl stop systemd-timesyncd');
    expect(await base.health(stack.open('plan'))).toContainEqual({ title: 'the clock is synchronised', host: 'db-01', seen, wanted: 'yes', status });
  });
});
