import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** A block device that is there. */
export interface BlockDevice {
  /** `/dev/sdb1`, links resolved. */
  readonly path: string;
  /** `xfs`, `ext4` …; empty when it carries no file system that blkid knows. */
  readonly filesystem: string;
}

/** The device that `UUID=…`, `LABEL=…` or a path names; undefined when the host has none. */
export const blockDevice: (what: string) => Fact<BlockDevice | undefined> = reader<BlockDevice | undefined>({
  name: 'block devices',
  // Two forks a device, only for hosts that mount disks.
  command: (names) =>
    sh`for name in ${names}; do printf '? %s\n' "$name"; device=$(findfs "$name" 2>/dev/null) || continue; [ -b "$device" ] && printf 'path %s\n' "$(readlink -f "$device")" && blkid -p -o value -s TYPE "$device"; done; :`,
  parse: ({ stdout }, names) => {
    const answers = new Map(stdout.split(/^\? /m).map((part) => [part.slice(0, part.indexOf('\n')), part]));
    return new Map(
      names.map((name) => {
        const found = /^path (.+)\n(.*)/m.exec(answers.get(name) ?? '');
        return [name, found === null ? undefined : { path: found[1] ?? '', filesystem: found[2] ?? '' }];
      }),
    );
  },
});
