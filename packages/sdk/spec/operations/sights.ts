import { createHash } from 'node:crypto';
import { fileDigest, packageState, pathState, unitState, type PackageState, type PathState, type UnitState } from '../../src/facts/index.ts';
import { sight, type Sight } from './changes.ts';

/** What stands at a path; root's file of mode 0644 where nothing else is said. */
export function standing(path: string, state: Partial<PathState> = {}): Sight {
  const file: PathState = { kind: 'file', mode: 0o644, user: 'root', group: 'root', uid: '0', gid: '0', target: '', empty: false };
  return sight(pathState(path), { ...file, ...state });
}

/** A file of root's with this content. */
export function holding(path: string, content: string): Sight[] {
  return [standing(path), sight(fileDigest(path), createHash('sha256').update(content).digest('hex'))];
}

/** A unit that is enabled and runs where nothing else is said; it started at second 100. */
export function unit(name: string, state: Partial<UnitState> = {}): Sight {
  const running: UnitState = {
    id: name, names: [name], load: 'loaded', active: true, activeState: 'active', enabled: true, fileState: 'enabled', canReload: true, started: 100_000_000_000n,
  };
  return sight(unitState(name), { ...running, ...state });
}

/** A unit that systemd has never heard of. */
export function unknownUnit(name: string): Sight {
  return unit(name, { load: 'not-found', active: false, activeState: 'inactive', enabled: false, fileState: '', canReload: false, started: undefined });
}

/** A package that is not there where nothing else is said. */
export function pkg(name: string, state: Partial<PackageState> = {}): Sight {
  return sight(packageState(name), { version: undefined, status: state.version === undefined ? 'not-installed' : 'installed', held: false, ...state });
}
