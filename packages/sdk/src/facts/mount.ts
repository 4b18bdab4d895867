import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** Something that is mounted. */
export interface Mounted {
  readonly what: string;
  readonly where: string;
  readonly type: string;
  /** Of the mount and of the file system. */
  readonly options: readonly string[];
}

/** A line of /etc/fstab. */
export interface FstabLine {
  readonly what: string;
  readonly where: string;
  readonly type: string;
  readonly options: string;
}

/** What is known of a path as a place to mount on. */
export interface MountState {
  /** What is mounted exactly there. */
  readonly mounted: Mounted | undefined;
  /** What /etc/fstab says of it; more than one line is a mistake that the last one does not correct. */
  readonly fstab: readonly FstabLine[];
  /** The file system that carries the path: `carrier.type` tells whether data there would be on XFS. */
  readonly carrier: Mounted | undefined;
}

/** What is mounted on a path, now and after a boot. */
export const mountState: (where: string) => Fact<MountState> = reader<MountState>({
  name: 'mounts',
  command: () => sh`grep -sH '' /proc/self/mountinfo /etc/fstab; :`,
  parse: ({ stdout }, paths) => {
    const lines = (file: string): string[] => stdout.split('\n').flatMap((line) => (line.startsWith(`${file}:`) ? [line.slice(file.length + 1)] : []));
    const mounts = lines('/proc/self/mountinfo').flatMap(mountedLine);
    const fstab = lines('/etc/fstab').flatMap(fstabLine);
    return new Map(
      paths.map((path) => {
        const where = path === '/' ? path : path.replace(/\/+$/, '');
        const carriers = mounts.filter((m) => m.where === '/' || m.where === where || where.startsWith(`${m.where}/`));
        // Of two mounts on one path the later one hides the earlier.
        const carrier = carriers.reduce<Mounted | undefined>((deepest, m) => (deepest === undefined || m.where.length >= deepest.where.length ? m : deepest), undefined);
        return [path, { mounted: carrier?.where === where ? carrier : undefined, fstab: fstab.filter((line) => line.where === where), carrier }];
      }),
    );
  },
});

/** One line of mountinfo: the optional fields in the middle end with a dash (proc(5)). */
function mountedLine(line: string): Mounted[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , , where, options = ''] = before.split(' ');
  const [type, what, superOptions = ''] = after.split(' ');
  if (where === undefined || type === undefined || what === undefined) return [];
  return [{ what: plain(what), where: plain(where), type, options: [...new Set([...options.split(','), ...superOptions.split(',')])] }];
}

function fstabLine(line: string): FstabLine[] {
  const [what = '', where, type, options = 'defaults'] = line.trim().split(/\s+/);
  if (what === '' || what.startsWith('#') || where === undefined || type === undefined) return [];
  return [{ what: plain(what), where: plain(where), type, options }];
}

/** Blanks in paths are written as octal escapes. */
const plain = (text: string): string => text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
