import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine, down, ensureImage, enterArgv, fault, heal, status, twinName, up } from '../src/index.ts';
import type { Image, TwinHost, TwinLoadBalancer, UpResult } from '../src/index.ts';
import { balancerFiles } from '../src/balancers/names.ts';
import { askHaproxy, targetStates } from '../src/balancers/runtime.ts';
import { run } from '../src/run.ts';
import { until } from '../src/until.ts';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of the twin. ${machine.why}. To run it: ${machine.next}\n\n`);

const name = twinName(mkdtempSync(`${tmpdir()}/twin-`), 'acceptance');
const hosts: TwinHost[] = ['a', 'b', 'c'].map((letter, index) => ({
  name: `host-${letter}`,
  address: `10.0.0.${11 + index}`,
  publicAddress: `198.51.100.${11 + index}`,
  user: letter === 'c' ? 'admin' : 'root',
}));
const balancer: TwinLoadBalancer = {
  address: '10.0.0.10',
  check: { interval: 3, timeout: 1, retries: 2 },
  targets: hosts.slice(0, 2).map(({ name: target, address }) => ({ name: target, address })),
  ports: [7000],
};
let image: Image;
let result: UpResult;

/** The output of a command on a host, over plain OpenSSH with pinned keys. */
const on = async (host: string, command: string): Promise<string> => {
  const ssh = ['ssh', '-n', '-F', result.state.sshConfigFile, '-o', 'ConnectTimeout=3', host, command];
  const { status: code, stdout, stderr } = await run([...enterArgv(name), ...ssh], { okay: 'any', within: 300_000 });
  return code === 0 ? stdout.trim() : `status ${code}: ${stderr.trim()}`;
};
const reaches = async (host: string, address: string): Promise<boolean> => (await on(host, `ping -c 1 -W 1 ${address} >/dev/null && echo yes`)) === 'yes';
const becomes = (wanted: boolean, check: () => Promise<boolean>): Promise<boolean> => until({ within: 8000, every: 100 }, async () => (await check()) === wanted);
const links = async (): Promise<string> => (await run(['ip', '-br', 'link'])).stdout;
/** Who answered each of so many new connections to the load balancer; those that nobody answered are counted under ''. */
const greetings = async (count: number): Promise<Record<string, number>> => {
  const greet = async (): Promise<string> => (await run([...enterArgv(name), 'timeout', '5', 'bash', '-c', `exec 3<>/dev/tcp/${balancer.address}/7000; read -r who <&3; echo "$who"`], { okay: 'any' })).stdout.trim();
  const who = Object.groupBy(await Promise.all(Array.from({ length: count }, greet)), (one) => one);
  return Object.fromEntries(Object.entries(who).map(([one, all]) => [one, all?.length ?? 0]));
};
// Not by `status`, which knocks at every sshd too: one that is knocked at without pause shuts its caller out for 15 s.
const targetsUp = async (): Promise<string[]> => targetStates((await askHaproxy(balancerFiles(name, balancer).socket, 'show stat')) ?? '').flatMap(({ target, up: isUp }) => (isUp ? [target] : []));
const balancerPids = async (): Promise<string[]> => (await run(['pgrep', '-f', `${name}/balancers/${balancer.address}/`], { okay: [0, 1] })).stdout.trim().split('\n').filter(Boolean);

describe.skipIf(!machine.ok)('a twin of three hosts', () => {
  let linksBefore = '';

  beforeAll(async () => {
    linksBefore = await links();
    image = await ensureImage({ release: 'trixie' });
    result = await up({ name, hosts, image, loadBalancers: [balancer] });
  });
  afterAll(() => down({ name }));

  it('boots real machines: each with its name, both addresses and a systemd that has nothing to complain of', async () => {
    expect(result.booted).toHaveLength(3);
    for (const host of hosts) {
      expect(await on(host.name, 'hostname; systemctl is-system-running --wait; ip -br -4 address show enp7s0; ip -br -4 address show eth0; cat /sys/class/net/enp7s0/mtu')).toMatch(
        new RegExp(`^${host.name}\nrunning\nenp7s0@\\S+ +UP +${host.address}/16 \neth0@\\S+ +UP +${host.publicAddress}/24 \n1450$`, 'u'),
      );
    }
  });

  it('logs in as the user of the inventory, who may use sudo', async () => {
    expect(await on('host-c', 'id -un; sudo -n id -un')).toBe('admin\nroot');
  });

  it('is left alone by a second up', async () => {
    const boot = await on('host-a', 'cat /proc/sys/kernel/random/boot_id');
    expect((await up({ name, hosts, image })).booted).toEqual([]);
    expect(await on('host-a', 'cat /proc/sys/kernel/random/boot_id')).toBe(boot);
  });

  it('has no way out: no link on the machine, no route from the controller, refused at once from a host', async () => {
    expect(await links()).toBe(linksBefore);
    const route = (address: string) => run([...enterArgv(name), 'ip', 'route', 'get', address], { okay: 'any' });
    expect((await route('1.1.1.1')).stderr).toContain('unreachable');
    expect((await route('10.0.200.200')).stdout).toContain('dev priv');
    expect(await on('host-a', 'timeout 5 bash -c "exec 3<>/dev/tcp/1.1.1.1/443" 2>&1 | tail -n 1')).toContain('No route to host');
  });

  it('is seen from the Internet on its public side only', async () => {
    const banner = (address: string) => run([...enterArgv(name, 'internet'), 'timeout', '3', 'bash', '-c', `exec 3<>/dev/tcp/${address}/22 && read -r line <&3 && echo "$line"`], { okay: 'any' });
    expect((await banner('198.51.100.11')).stdout).toContain('SSH-2.0');
    expect((await banner('10.0.0.11')).status).not.toBe(0);
  });

  it('lets a host set its kernel, and neither the machine nor another host sees it', async () => {
    const before = readFileSync('/proc/sys/vm/swappiness', 'utf8');
    await on('host-a', 'echo vm.swappiness=3 >/etc/sysctl.d/50-x.conf; echo fs.file-max=70000 >>/etc/sysctl.d/50-x.conf; systemctl restart systemd-sysctl; sysctl -w net.core.somaxconn=77');
    expect(await on('host-a', 'sysctl -n vm.swappiness fs.file-max net.core.somaxconn')).toBe('3\n70000\n77');
    expect(await on('host-b', 'sysctl -n vm.swappiness net.core.somaxconn')).toBe('60\n4096');
    expect(readFileSync('/proc/sys/vm/swappiness', 'utf8')).toBe(before);
    expect(await on('host-a', 'date -s 2001-01-01 >/dev/null 2>&1 || echo refused')).toBe('refused');
  });

  it('installs packages through the proxy, on all hosts at once', async () => {
    const install = 'sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq jq >/dev/null 2>&1; jq --version';
    expect(await Promise.all(hosts.map((host) => on(host.name, install)))).toEqual(Array(3).fill(expect.stringMatching(/^jq-1/u)));
  });

  it('runs a firewall inside a host that nobody else notices', async () => {
    expect(await on('host-b', 'apt-get install -y -qq ufw >/dev/null 2>&1; ufw allow 22/tcp >/dev/null; ufw --force enable >/dev/null; ufw status | head -n 1')).toBe('Status: active');
    expect(await reaches('host-a', '10.0.0.12')).toBe(true);
    expect(await on('host-b', 'systemctl restart ssh; systemctl is-active ssh')).toBe('active');
  });

  it('kills a process by its command line', async () => {
    const pid = await on('host-a', 'pgrep -x cron');
    await fault({ name, hosts: ['host-a'], kind: 'kill', pattern: '^/usr/sbin/cron' });
    expect(await becomes(true, async () => {
      const now = await on('host-a', 'pgrep -x cron');
      return /^\d+$/u.test(now) && now !== pid;
    })).toBe(true);
    await expect(fault({ name, hosts: ['host-a'], kind: 'kill', pattern: 'no such thing' })).rejects.toMatchObject({ host: 'host-a', seen: 'none' });
  });

  it('cuts a host from the others and from nobody else, and heals', async () => {
    await fault({ name, hosts: ['host-a'], kind: 'cut', from: 'all' });
    expect(await reaches('host-b', '10.0.0.11')).toBe(false);
    expect(await on('host-a', 'hostname')).toBe('host-a');
    expect(await reaches('host-b', '10.0.0.13')).toBe(true);
    await heal({ name });
    expect(await becomes(true, () => reaches('host-b', '10.0.0.11'))).toBe(true);
  });

  it('loses frames by the share asked for', async () => {
    await fault({ name, hosts: ['host-a'], kind: 'loss', percent: 30 });
    const received = Number(/(\d+) received/u.exec(await on('host-b', 'ping -q -i 0.01 -c 300 -W 1 10.0.0.11; :'))?.[1]);
    await heal({ name });
    // Both directions at 30 %: 147 of 300 expected, standard deviation 8.7; six of these to each side.
    expect(received).toBeGreaterThan(95);
    expect(received).toBeLessThan(200);
  });

  it('fills a disk until root gets ENOSPC, and empties it again', async () => {
    await fault({ name, hosts: ['host-a'], kind: 'fill-disk' });
    expect(await on('host-a', 'echo x >/root/x')).toContain('No space left on device');
    expect(await on('host-b', 'echo x >/root/x && cat /root/x')).toBe('x');
    await heal({ name });
    expect(await on('host-a', 'echo x >/root/x && cat /root/x')).toBe('x');
  });

  it('pulls the plug: the disk stays, everything else is a fresh boot', async () => {
    await on('host-b', 'echo kept >/root/kept; echo gone >/run/gone');
    await fault({ name, hosts: ['host-b'], kind: 'power-off' });
    expect((await status({ name })).hosts.map((host) => host.power)).toEqual(['running', 'off', 'running']);
    await heal({ name, hosts: ['host-b'] });
    expect(await on('host-b', 'cat /root/kept; ls /run/gone 2>/dev/null || echo fresh')).toBe('kept\nfresh');
  });

  it('boots again when the host itself reboots', async () => {
    const boot = await on('host-a', 'cat /proc/sys/kernel/random/boot_id');
    await on('host-a', 'reboot');
    const rebooted = async (): Promise<boolean> => {
      const now = await on('host-a', 'cat /proc/sys/kernel/random/boot_id');
      return /^[0-9a-f-]{36}$/u.test(now) && now !== boot;
    };
    expect(await becomes(true, rebooted)).toBe(true);
    expect(await on('host-a', 'sysctl -n vm.swappiness')).toBe('3');
  });

  it('heals by itself when whoever made the fault has gone', async () => {
    await fault({ name, hosts: ['host-c'], kind: 'freeze', healAfter: 1000 });
    expect((await status({ name })).hosts.find((host) => host.name === 'host-c')).toMatchObject({ power: 'frozen', sshd: false });
    expect(await becomes(true, async () => (await status({ name })).hosts.every((host) => host.sshd))).toBe(true);
  });

  it('has a load balancer that spreads connections over its targets, and a second up leaves it alone', async () => {
    // Greets with its name, then says again what it is told.
    const greeter = 'import socket\nfrom socketserver import *\nclass Greeter(StreamRequestHandler):\n  def handle(self):\n    self.wfile.write((socket.gethostname() + "\\n").encode())\n    for line in self.rfile: self.wfile.write(line)\nThreadingTCPServer.allow_reuse_address = True\nThreadingTCPServer(("", 7000), Greeter).serve_forever()\n';
    const unit = '[Service]\nExecStart=/usr/bin/python3 /root/greeter.py\n[Install]\nWantedBy=multi-user.target\n';
    const write = (path: string, text: string): string => `echo ${Buffer.from(text).toString('base64')} | base64 -d >${path}`;
    for (const { name: target } of balancer.targets) {
      await on(target, `${write('/root/greeter.py', greeter)}; ${write('/etc/systemd/system/greeter.service', unit)}; systemctl enable --now greeter; command -v ufw >/dev/null && ufw allow 7000/tcp`);
    }
    expect(await becomes(true, async () => (await targetsUp()).length === 2)).toBe(true);
    expect(await greetings(10)).toEqual({ 'host-a': 5, 'host-b': 5 });
    const before = await balancerPids();
    await up({ name, hosts, image, loadBalancers: [balancer] });
    expect(await balancerPids()).toEqual(before);
    expect(before).toHaveLength(2);
  });

  it('takes a target that is off out of the load balancer in time, and back when it is healed', async () => {
    const { interval, timeout, retries } = balancer.check;
    const start = performance.now();
    await fault({ name, hosts: ['host-b'], kind: 'power-off' });
    expect(await until({ within: 15_000, every: 100 }, async () => (await greetings(10))['host-a'] === 10)).toBe(true);
    expect(performance.now() - start).toBeLessThan((interval * retries + timeout + 2) * 1000);
    expect((await status({ name })).loadBalancers).toEqual([{ ...balancer, serving: true, states: [{ port: 7000, target: 'host-a', up: true }, { port: 7000, target: 'host-b', up: false }] }]);
    await heal({ name });
    expect(await until({ within: 15_000, every: 100 }, async () => (await targetsUp()).length === 2)).toBe(true);
    expect(await greetings(10)).toEqual({ 'host-a': 5, 'host-b': 5 });
  });

  it('gives its load balancer another port without a connection lost', async () => {
    const flags = mkdtempSync(`${tmpdir()}/flags-`);
    const talk = `exec 3<>/dev/tcp/${balancer.address}/7000; read -r who <&3; touch ${flags}/greeted; until [ -e ${flags}/changed ]; do sleep 0.05; done; echo still here >&3; read -r said <&3; echo "$said"`;
    const talking = run([...enterArgv(name), 'timeout', '30', 'bash', '-c', talk]);
    expect(await becomes(true, () => Promise.resolve(existsSync(`${flags}/greeted`)))).toBe(true);
    await up({ name, hosts, image, loadBalancers: [{ ...balancer, ports: [7000, 7001] }] });
    expect((await run([...enterArgv(name), 'bash', '-c', `exec 3<>/dev/tcp/${balancer.address}/7001`])).status).toBe(0);
    writeFileSync(`${flags}/changed`, '');
    expect((await talking).stdout.trim()).toBe('still here');
    expect((await status({ name })).loadBalancers.map(({ serving, ports }) => ({ serving, ports }))).toEqual([{ serving: true, ports: [7000, 7001] }]);
  });

  it('cuts a host from all others and so from the load balancer', async () => {
    expect(await reaches('host-a', balancer.address)).toBe(true);
    await fault({ name, hosts: ['host-a'], kind: 'cut', from: 'all' });
    expect(await reaches('host-a', balancer.address)).toBe(false);
    expect(await reaches('host-b', balancer.address)).toBe(true);
    await heal({ name });
    expect(await becomes(true, () => reaches('host-a', balancer.address))).toBe(true);
  });

  it('gives the load balancer another address, and the old one answers no more', async () => {
    await up({ name, hosts, image, loadBalancers: [{ ...balancer, address: '10.0.0.20' }] });
    expect(await becomes(true, () => reaches('host-a', '10.0.0.20'))).toBe(true);
    expect(await reaches('host-a', balancer.address)).toBe(false);
    expect(await balancerPids()).toEqual([]);
  });

  it('leaves nothing behind, a frozen host and a pending watchdog included', async () => {
    await fault({ name, hosts: ['host-a'], kind: 'freeze' });
    expect(await down({ name })).toEqual({ name, was: true });
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(name);
    expect((await run(['ip', 'netns', 'list'])).stdout).not.toContain(name);
    expect((await run(['losetup', '--list'])).stdout).not.toContain(name);
    expect(readdirSync('/sys/fs/cgroup', { recursive: true }).filter((path) => String(path).includes(name))).toEqual([]);
    expect((await run(['pgrep', '-fc', name], { okay: [0, 1] })).stdout.trim()).toBe('0');
    expect(existsSync(`/var/lib/keybuzz-twin/${name}`)).toBe(false);
    expect(await down({ name })).toEqual({ name, was: false });
  });
});
