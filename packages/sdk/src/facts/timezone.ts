import type { PathState } from './files.ts';

/** The link that says which time zone the host is in: ask `pathState(localtime)`. */
export const localtime = '/etc/localtime';

/** The zone that /etc/localtime leads to, such as `Europe/Paris`; undefined when it is no link into the zone files. */
export function zoneOf(link: PathState): string | undefined {
  return link.kind === 'symlink' ? /^(?:\/|(?:\.\.\/)+)usr\/share\/zoneinfo\/(.+)$/.exec(link.target)?.[1] : undefined;
}
