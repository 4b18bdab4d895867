import { describe, expect, it } from 'vitest';
import {
  addresses, container, diskSpace, hostsFileText, interfaceWithin, kernelModuleState, listening, liveHostname, os, publicInterface, resources, sysctlValues, zoneOf, type NetworkInterface,
} from '../../src/facts/index.ts';
import { sysctlPath } from '../../src/facts/sysctl.ts';
import { readFrom, recorded } from '../recorded.ts';

describe('os', () => {
  it.each([
    ['debian-13', { id: 'debian', version: '13', codename: 'trixie', name: 'Debian GNU/Linux 13 (trixie)' }],
    ['debian-12', { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12 (bookworm)' }],
  ])('reads release, architecture and container of %s', (host, expected) => {
    expect(readFrom(`${host}/os`, [os()])).toEqual([{ ...expected, architecture: 'amd64', kernel: '6.18.44', virtualization: 'systemd-nspawn' }]);
  });

  it('names the model of a virtual machine, and quotes do not belong to values', () => {
    const stdout = "ID=ubuntu\nVERSION_ID='24.04'\nPRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\nkernel=6.8.0-86-generic\nmaker=Hetzner\nmodel=vServer\narchitecture=aarch64\n";
    expect(os().reader.parse({ code: 0, stdout, stderr: '' }, []).get(os().key)).toEqual({
      id: 'ubuntu', version: '24.04', codename: '', name: 'Ubuntu 24.04.3 LTS', architecture: 'arm64', kernel: '6.8.0-86-generic', virtualization: 'Hetzner vServer',
    });
  });
});

describe('container', () => {
  it('is an answer by its exit status', () => {
    expect(readFrom('debian-12/container', [container()])).toEqual([true]);
    expect(container().reader.parse({ code: 1, stdout: '', stderr: '' }, []).get(container().key)).toBe(false);
  });
});

describe('resources', () => {
  it('counts processors and memory in bytes', () => {
    expect(readFrom('debian-13/resources', [resources()])[0]).toMatchObject({ cpus: 2, memory: 24_684_084 * 1024 });
    const many = { code: 0, stdout: 'cpus 0-3,6,8-9\nmemory 1000\navailable 10\n', stderr: '' };
    expect(resources().reader.parse(many, []).get(resources().key)).toEqual({ cpus: 7, memory: 1_024_000, memoryAvailable: 10_240 });
  });
});

describe('diskSpace', () => {
  it('measures the file system that carries a path, and has no answer for a path that is not there', () => {
    expect(readFrom('debian-13/disk-space', ['/data', '/nope', '/'].map(diskSpace))).toEqual([
      { where: '/data', type: 'ext4', size: 57_381_888, available: 52_671_488 },
      undefined,
      { where: '/', type: 'overlay', size: expect.any(Number), available: expect.any(Number) },
    ]);
  });
});

describe('addresses', () => {
  const carrying = (name: string, address: string, scope = 'global'): NetworkInterface => ({ name, mtu: 1500, up: true, addresses: [{ address, prefix: 32, family: address.includes(':') ? 6 : 4, scope }] });

  it('finds the interface of the private network', () => {
    const [interfaces] = readFrom('debian-13/addresses', [addresses()]);
    expect(interfaces!.map((each) => each.name)).toEqual(['lo', 'enp7s0']);
    expect(interfaceWithin(interfaces!, '10.0.0.0/16')).toMatchObject({ name: 'enp7s0', up: true, mtu: 1500 });
    expect(publicInterface(interfaces!, '10.0.0.0/16')).toBeUndefined();
  });

  it('takes a real interface with a global address elsewhere for the public one', () => {
    const all = [carrying('docker0', '172.17.0.1'), carrying('enp7s0', '10.0.0.5'), carrying('eth1', 'fe80::1', 'link'), carrying('eth0', '2001:db8::1')];
    expect(publicInterface(all, '10.0.0.0/16')?.name).toBe('eth0');
  });
});

describe('listening', () => {
  it('reads both families in the order of bytes that the kernel writes', () => {
    expect(readFrom('debian-13/listening', [listening()])).toEqual([[{ protocol: 'tcp', address: '0.0.0.0', port: 22, user: 0 }, { protocol: 'tcp', address: '::', port: 22, user: 0 }]]);
    const line = (file: string, local: string): string => `/proc/net/${file}:   3: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000   108        0 4245 1 0000 100 0 0 10 0\n`;
    const stdout = line('tcp', '7800000A:1538') + line('udp6', 'B80D0120000000000000000001000000:0035') + line('tcp6', '0000000000000000FFFF00000100007F:C350');
    expect(listening().reader.parse({ code: 0, stdout, stderr: '' }, []).get(listening().key)).toEqual([
      { protocol: 'tcp', address: '10.0.0.120', port: 5432, user: 108 },
      { protocol: 'udp', address: '2001:db8::1', port: 53, user: 108 },
      { protocol: 'tcp', address: '127.0.0.1', port: 50_000, user: 108 },
    ]);
  });
});

describe('sysctlValues', () => {
  it('answers for a key, for every match of a pattern, and for a key that the kernel has not', () => {
    const keys = ['net.core.somaxconn', 'net.ipv4.ip_local_port_range', 'net.ipv4.conf.*.rp_filter', 'net/ipv4/tcp_keepalive_time', 'net.nope.x'];
    expect(readFrom('debian-13/sysctl', keys.map(sysctlValues)).map((values) => Object.fromEntries(values))).toEqual([
      { 'net.core.somaxconn': '65535' },
      { 'net.ipv4.ip_local_port_range': '10240\t65000' },
      { 'net.ipv4.conf.all.rp_filter': '2', 'net.ipv4.conf.default.rp_filter': '2', 'net.ipv4.conf.enp7s0.rp_filter': '2', 'net.ipv4.conf.lo.rp_filter': '2' },
      { 'net.ipv4.tcp_keepalive_time': '7200' },
      {},
    ]);
  });

  it.each([
    ['net.ipv4.conf.eth0/100.forwarding', 'net/ipv4/conf/eth0.100/forwarding'],
    ['net/ipv4/conf/eth0.100/forwarding', 'net/ipv4/conf/eth0.100/forwarding'],
  ])('%s is %s', (key, path) => {
    expect(sysctlPath(key)).toBe(path);
  });

  it.each(['net.core; reboot', '../../etc/passwd', 'net', '$(id).x', 'a..b'])('refuses %s', (key) => {
    expect(() => sysctlPath(key)).toThrow('is not the name of a kernel setting');
  });
});

describe('names', () => {
  it('reads what the kernel calls the host, and the whole of /etc/hosts', () => {
    expect(readFrom('debian-12/hostname', [liveHostname()])).toEqual(['db-12']);
    expect(readFrom('debian-13/hosts-file', [hostsFileText()])).toEqual([recorded('debian-13/hosts-file').stdout.replaceAll(/^\/etc\/hosts:/gm, '')]);
  });

  it.each([
    ['/usr/share/zoneinfo/Europe/Paris', 'Europe/Paris'],
    ['../usr/share/zoneinfo/Etc/UTC', 'Etc/UTC'],
    ['/var/zone', undefined],
  ])('a link to %s is the zone %s', (target, zone) => {
    expect(zoneOf({ kind: 'symlink', target, mode: 0o777, user: 'root', group: 'root', uid: '0', gid: '0', empty: false })).toBe(zone);
  });
});

describe('kernelModuleState', () => {
  it('sees what is built in by its evidence, in a container without any list of modules', () => {
    const asked = [kernelModuleState('overlay', '/proc/sys/net/ipv4'), kernelModuleState('nf-conntrack'), kernelModuleState('br_netfilter', '/proc/sys/net/bridge')];
    expect(readFrom('debian-13/kernel-modules', asked)).toEqual(['built in', 'absent', 'built in']);
  });
});
