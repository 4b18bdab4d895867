import { describe, expect, it } from 'vitest';
import type { MountState } from '@keybuzz/sdk';
import { ancestry, refuseGround, type Ground } from '../src/data-mount.ts';

const directory = '/srv/pg/data';
const volume = { what: 'UUID=1', where: '/srv/pg', type: 'xfs', options: 'defaults,nofail' };
const nothing: MountState = { mounted: undefined, fstab: [], carrier: undefined };
const at = (state: Partial<MountState>): Ground['mounts'] => new Map(ancestry(directory).map((path) => [path, path === '/srv/pg' ? { ...nothing, ...state } : nothing]));
const judged = (about: Partial<Ground>) => () => refuseGround(directory, { mounts: at({}), lostAndFound: false, begun: false, ...about });

describe('the ground of a data directory', () => {
  it('is looked at all the way up', () => {
    expect(ancestry(directory)).toEqual(['/srv', '/srv/pg', directory]);
  });

  it('is any disk where no other is meant', () => {
    expect(judged({})).not.toThrow();
    expect(judged({ mounts: at({ fstab: [volume], mounted: { ...volume, options: [] } }) })).not.toThrow();
  });

  it('is refused while the volume that is meant for it is not mounted', () => {
    expect(judged({ mounts: at({ fstab: [volume] }) })).toThrow(expect.objectContaining({ kind: 'unsafe', message: '/srv/pg/data belongs on UUID=1, which /etc/fstab mounts on /srv/pg, but it is not mounted: the data would be on another disk' }));
    expect(judged({ mounts: at({ fstab: [volume] }), begun: true })).toThrow('it is not mounted');
  });

  it('is refused where it is the root of a file system that initdb would refuse, but not under a cluster that lives there', () => {
    expect(judged({ lostAndFound: true })).toThrow(expect.objectContaining({ kind: 'badConfig', context: expect.objectContaining({ next: "set dataDirectory: '/srv/pg/data/data' in use(postgres, …)" }) as unknown }));
    expect(judged({ lostAndFound: true, begun: true })).not.toThrow();
  });
});
