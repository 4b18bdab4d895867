import { Failure, mountState, pathState, type MountState, type Operation } from '@keybuzz/sdk';

/** What is known of the places above a data directory and of the directory itself. */
export interface Ground {
  /** By path: the directory and every folder above it, the root left out. */
  readonly mounts: ReadonlyMap<string, MountState>;
  /** The directory has the lost+found of a file system's root. */
  readonly lostAndFound: boolean;
  /** There is a cluster, or what a cut left of one. */
  readonly begun: boolean;
}

/** The directory and what is above it, the root left out. */
export function ancestry(directory: string): readonly string[] {
  return directory.split('/').slice(1).map((_, at, parts) => `/${parts.slice(0, at + 1).join('/')}`);
}

/** Throws Failure where a cluster would be made on the wrong disk, or where PostgreSQL's own programs would refuse to. */
export function refuseGround(directory: string, { mounts, lostAndFound, begun }: Ground): void {
  for (const [where, { fstab, mounted }] of mounts) {
    const [line] = fstab;
    if (line === undefined || mounted !== undefined) continue;
    throw new Failure('unsafe', `${directory} belongs on ${line.what}, which /etc/fstab mounts on ${where}, but it is not mounted: the data would be on another disk`, { next: `mount ${where}   # or take its line out of /etc/fstab` });
  }
  if (lostAndFound && !begun) {
    throw new Failure('badConfig', `postgres.dataDirectory: ${directory} is the root of a file system, with lost+found in it, where initdb and pg_basebackup refuse to work; wanted a folder in it`, { next: `set dataDirectory: '${directory}/data' in use(postgres, …)` });
  }
}

/** The data directory is on the disk it is meant to be on. Nothing is mounted or formatted for it. */
export function onItsDisk(directory: string): Operation {
  const paths = ancestry(directory);
  const facts = { lost: pathState(`${directory}/lost+found`), version: pathState(`${directory}/PG_VERSION`) };
  const mounts = paths.map((path) => [path, mountState(path)] as const);
  return {
    title: `${directory} is on its disk`,
    facts: [...Object.values(facts), ...mounts.map(([, fact]) => fact)],
    changes: (seen) => {
      refuseGround(directory, { mounts: new Map(mounts.map(([path, fact]) => [path, seen(fact)])), lostAndFound: seen(facts.lost).kind === 'directory', begun: seen(facts.version).kind !== 'missing' });
      return [];
    },
  };
}
