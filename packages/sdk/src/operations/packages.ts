import { Failure, sh, type Command } from '../command/index.ts';
import { change, type Change, type Operation, type Seen } from '../converge/index.ts';
import { aptState } from '../facts/apt.ts';
import { packageState, type PackageState } from '../facts/packages.ts';
import { aptGet, freshIndex } from './apt-get.ts';
import { leftovers } from './apt-leftovers.ts';
import { withoutStarts } from './start-ban.ts';

/** A package and what version of it: one exactly, or a prefix that ends in `*`. */
export interface PackageWanted {
  readonly name: string;
  readonly version?: string;
  /** Upgrades of the system leave it alone. */
  readonly hold?: boolean;
}

/** How packages are installed. */
export interface PackagesOptions {
  /** Packages that apt recommends come along; they do not by default. */
  readonly installRecommends?: boolean;
  /** With false, services that the packages bring are not started before their configuration is there. */
  readonly startOnInstall?: boolean;
}

/** The packages are installed, in their wanted versions where one is said. One apt transaction, one update per run and host at most. */
export function packages(wanted: readonly (string | PackageWanted)[], options: PackagesOptions = {}): Operation {
  const all = wanted.map((each) => (typeof each === 'string' ? { name: each } : each));
  for (const { name, version } of all) checked(name, version);
  return {
    title: `${namely(all.map((each) => each.name))} installed`,
    facts: [aptState, ...all.map(({ name }) => packageState(name))],
    changes: (seen, turn) => {
      const lacking = all.filter((each) => !satisfied(each, seen(packageState(each.name))));
      const holds = all.filter(({ name, hold }) => hold === true && !seen(packageState(name)).held).map(({ name }) => name);
      return [
        ...leftovers(seen),
        ...(lacking.length === 0 ? [] : [freshIndex(turn), installed(lacking, { seen, options })].filter((each) => each !== false)),
        ...(holds.length === 0 ? [] : [change(sh`apt-mark hold ${holds} >/dev/null`, { summary: `hold ${holds.join(' ')}`, touches: [] })]),
      ];
    },
  };
}

/** "curl, jq are", cut short when there are many. */
export function namely(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} is`;
  return names.length > 8 ? `${names.length} packages (${names.slice(0, 6).join(', ')} …) are` : `${names.join(', ')} are`;
}

/** Failure `badConfig` for what dpkg would not take as a name, or would take for a pattern. */
export function checked(name: string, version?: string): void {
  if (!/^[a-z0-9][a-z0-9.+-]+(:[a-z0-9]+)?$/.test(name)) throw new Failure('badConfig', `not the name of a package: ${JSON.stringify(name)}`);
  if (version !== undefined && !/^[A-Za-z0-9.+:~-]+\*?$/.test(version)) throw new Failure('badConfig', `not a version of ${name}, nor a prefix of one with * at its end: ${JSON.stringify(version)}`);
}

function satisfied({ version: wanted }: PackageWanted, { version }: PackageState): boolean {
  if (version === undefined || wanted === undefined) return version !== undefined;
  return wanted.endsWith('*') ? version.startsWith(wanted.slice(0, -1)) : version === wanted;
}

function installed(lacking: readonly PackageWanted[], about: { seen: Seen; options: PackagesOptions }): Change {
  const { seen, options: { installRecommends = false, startOnInstall = true } } = about;
  const specs = lacking.map(({ name, version }) => (version === undefined ? name : `${name}=${version}`));
  const pinned = lacking.some(({ version }) => version !== undefined);
  const flags = [`--${installRecommends ? '' : 'no-'}install-recommends`, ...(pinned ? ['--allow-downgrades', '--allow-change-held-packages'] : [])];
  const install = sh`{ ${aptGet} install ${flags} -- ${specs} || { code=$?; ${explained(specs)}; exit $code; }; }`;
  const now = lacking.map(({ name }) => seen(packageState(name)).version ?? 'absent');
  const from = new Set(now).size === 1 ? now[0] ?? '' : now.join(' ');
  return change(startOnInstall ? install : withoutStarts(install), {
    summary: `install ${specs.join(' ')}`,
    touches: lacking.map(({ name }) => `package:${name}`),
    difference: { kind: 'value', what: lacking.map(({ name }) => name).join(' '), from, to: pinned ? specs.join(' ') : 'installed' },
    within: 1_800_000,
  });
}

/** After apt's own words, where this host looked and what to type next. */
function explained(specs: readonly string[]): Command {
  return sh`echo "the sources of this host: $(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u | tr '\n' ';')" >&2; printf '%s\n' ${`next: apt-cache policy ${specs.map((spec) => spec.replace(/=.*/, '')).join(' ')}`} >&2`;
}
