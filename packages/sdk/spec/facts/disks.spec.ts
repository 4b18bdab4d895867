import { describe, expect, it } from 'vitest';
import { blockDevice, mountState, swapState } from '../../src/facts/index.ts';
import { readFrom } from '../recorded.ts';

describe('mountState', () => {
  const paths = ['/', '/srv/my cache', '/data/minio', '/data', '/nope'];

  it('tells what is mounted on a path from what carries it', () => {
    const [root, cache, below, data, nope] = readFrom('debian-13/mounts', paths.map(mountState));
    expect(root!.mounted).toMatchObject({ what: 'overlay', where: '/', type: 'overlay' });
    expect(cache!.mounted).toMatchObject({ what: 'tmpfs', where: '/srv/my cache', options: ['rw', 'noatime', 'size=16384k'] });
    expect(cache!.fstab).toEqual([{ what: 'tmpfs', where: '/srv/my cache', type: 'tmpfs', options: 'size=16m,noatime' }]);
    expect(data!.mounted).toMatchObject({ what: '/dev/loop29', type: 'ext4' });
    expect(below!).toMatchObject({ mounted: undefined, fstab: [], carrier: { where: '/data', type: 'ext4' } });
    expect(nope!).toMatchObject({ mounted: undefined, carrier: { where: '/', type: 'overlay' } });
  });

  it('knows a line of fstab that is not mounted', () => {
    const [, , , data] = readFrom('debian-12/mounts', paths.map(mountState));
    expect(data).toMatchObject({ mounted: undefined, fstab: [{ what: 'LABEL=data', where: '/data', type: 'xfs', options: 'defaults,nofail' }] });
  });

  it('does not take /database for a place below /data, and sees the later of two mounts', () => {
    const stdout = ['/proc/self/mountinfo:1 0 8:1 / / rw - ext4 /dev/sda1 rw', '/proc/self/mountinfo:2 1 8:2 / /data rw - ext4 /dev/sdb rw', '/proc/self/mountinfo:3 2 8:3 / /data rw - xfs /dev/sdc rw', ''].join('\n');
    const answers = mountState('/data').reader.parse({ code: 0, stdout, stderr: '' }, ['/data/', '/database']);
    expect(answers.get('/data/')).toMatchObject({ mounted: { what: '/dev/sdc', type: 'xfs' } });
    expect(answers.get('/database')).toMatchObject({ carrier: { where: '/' } });
  });
});

describe('blockDevice', () => {
  it('resolves labels, and knows which file system is on a device', () => {
    const device = { path: '/dev/loop29', filesystem: 'ext4' };
    expect(readFrom('debian-13/block-devices', ['LABEL=data', 'UUID=none', '/dev/loop29'].map(blockDevice))).toEqual([device, undefined, device]);
  });

  it('knows a device without a file system', () => {
    expect(blockDevice('/dev/sdb').reader.parse({ code: 0, stdout: '? /dev/sdb\npath /dev/sdb\n', stderr: '' }, ['/dev/sdb']).get('/dev/sdb')).toEqual({ path: '/dev/sdb', filesystem: '' });
  });
});

describe('swapState', () => {
  it('is none of a container whose machine may swap, and skips lines that are comments', () => {
    expect(readFrom('debian-13/swap', [swapState()])).toEqual([{ active: [], fstab: [], units: [] }]);
    expect(readFrom('debian-12/swap', [swapState()])).toEqual([{ active: [], fstab: ['/swapfile none swap sw 0 0'], units: [] }]);
  });

  it('sees devices, files, lines and units', () => {
    const stdout = ['active /dev/sda2', String.raw`active /my\040swap`, 'fstab UUID=1 none  swap\tsw 0 0', 'fstab UUID=2 /swap ext4 defaults 0 2', 'unit dev-zram0.swap', 'unit dev-zram0.swap', ''].join('\n');
    expect(swapState().reader.parse({ code: 0, stdout, stderr: '' }, []).get(swapState().key)).toEqual({
      active: ['/dev/sda2', '/my swap'], fstab: ['UUID=1 none  swap\tsw 0 0'], units: ['dev-zram0.swap'],
    });
  });
});
