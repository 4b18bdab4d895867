import { describe, expect, it } from 'vitest';
import { hierarchies, membership } from '../src/cgroups.ts';

const unified = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n';
const hybrid = `cgroup /sys/fs/cgroup/freezer cgroup rw,relatime,freezer 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
`;

describe('cgroup hierarchies', () => {
  it('are found on a machine that has only version 2', () => {
    expect(membership(hierarchies(unified))).toEqual({ path: '/sys/fs/cgroup', version: 2, controllers: [] });
  });

  it('are all found on a machine with both versions, and version 2 says who belongs to a host', () => {
    const all = hierarchies(hybrid);
    expect(all.map((one) => one.path)).toEqual(['/sys/fs/cgroup/freezer', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']);
    expect(membership(all).path).toBe('/sys/fs/cgroup/unified');
  });

  it('fall back to the freezer where version 2 is not mounted, because only it can hold a host still', () => {
    expect(membership(hierarchies(hybrid).filter((one) => one.version === 1)).path).toBe('/sys/fs/cgroup/freezer');
  });

  it('are missed with an error that says what to mount', () => {
    expect(() => membership(hierarchies('proc /proc proc rw 0 0\n'))).toThrow('mount -t cgroup2');
  });
});
