import { describe, expect, it } from 'vitest';
import { blockDevice, mountState, swapState, type BlockDevice, type FstabLine, type Mounted, type SwapState } from '../../src/facts/index.ts';
import { mount, swapOff } from '../../src/operations/index.ts';
import { changes, decided, sight, summaries, type Sight } from './changes.ts';

describe('mount', () => {
  const data = mount({ what: 'UUID=1-2', where: '/data', type: 'xfs' });
  const line: FstabLine = { what: 'UUID=1-2', where: '/data', type: 'xfs', options: 'defaults,nofail' };
  const mounted: Mounted = { what: '/dev/sdb', where: '/data', type: 'xfs', options: ['rw', 'relatime'] };
  const xfs: BlockDevice = { path: '/dev/sdb', filesystem: 'xfs' };
  const seen = (now: Mounted | undefined, fstab: readonly FstabLine[], device: BlockDevice | 'none' = xfs): Sight[] => [
    sight(mountState('/data'), { mounted: now, fstab, carrier: now }),
    sight(blockDevice('UUID=1-2'), device === 'none' ? undefined : device),
  ];

  it.each([
    ['is there', mounted, [line], []],
    ['was never mounted', undefined, [], ['mount UUID=1-2 on /data at every boot', 'mount UUID=1-2 on /data']],
    ['was mounted by hand', mounted, [], ['mount UUID=1-2 on /data at every boot']],
    ['is in fstab by its device', mounted, [{ ...line, what: '/dev/sdb' }], ['mount UUID=1-2 on /data at every boot']],
    ['is in fstab twice', mounted, [line, line], ['mount UUID=1-2 on /data at every boot']],
  ] as const)('when it %s', (_, now, fstab, expected) => {
    expect(summaries(data, seen(now, fstab))).toEqual(expected);
  });

  it('remounts for an option that a mount can change, and not for one it does not show', () => {
    const noatime = mount({ what: 'UUID=1-2', where: '/data', type: 'xfs', options: 'noatime,nofail' });
    const fstab = [{ ...line, options: 'noatime,nofail' }];
    expect(changes(noatime, seen(mounted, fstab))).toEqual(['mount -o remount /data']);
    expect(changes(noatime, seen({ ...mounted, options: ['rw', 'noatime'] }, fstab))).toEqual([]);
  });

  it('never formats and never unmounts', () => {
    expect(() => summaries(data, seen(undefined, [], 'none'))).toThrow('the host has no such device');
    expect(() => summaries(data, seen(undefined, [], { path: '/dev/sdb', filesystem: '' }))).toThrow('no file system is on it: nothing is formatted here');
    expect(() => summaries(data, seen(undefined, [], { path: '/dev/sdb', filesystem: 'ext4' }))).toThrow('it carries ext4');
    expect(() => summaries(data, seen({ ...mounted, what: '/dev/sdz' }, []))).toThrow('/dev/sdz (xfs) is mounted there');
  });

  it('asks for no device of a file system that has none', () => {
    const cache = mount({ what: 'tmpfs', where: '/srv/my cache', type: 'tmpfs', options: 'size=1g' });
    const [fstab, now] = decided(cache, [sight(mountState('/srv/my cache'), { mounted: undefined, fstab: [], carrier: undefined })]);
    expect(fstab!.difference).toEqual({ kind: 'value', what: '/etc/fstab', from: 'nothing', to: String.raw`tmpfs	/srv/my\040cache	tmpfs	size=1g` });
    expect(now!.command.text).toBe("mkdir -p '/srv/my cache' && mount '/srv/my cache'");
  });
});

describe('swapOff', () => {
  const none: SwapState = { active: [], fstab: [], units: [] };

  it.each([
    ['is off', none, []],
    ['is on, and would be again', { active: ['/dev/sda2'], fstab: ['/dev/sda2 none swap sw 0 0'], units: ['dev-sda2.swap'] }, ['comment swap out of /etc/fstab', 'mask dev-sda2.swap', 'swap off /dev/sda2']],
    ['was turned off until the next boot only', { ...none, fstab: ['/swapfile none swap sw 0 0'] }, ['comment swap out of /etc/fstab']],
  ])('when swap %s', (_, now, expected) => {
    expect(summaries(swapOff(), [sight(swapState(), now)])).toEqual(expected);
  });
});
