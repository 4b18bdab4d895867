import { Command, sh } from '../command/index.ts';
import { predicted, type Change, type Operation, type Turn } from '../converge/index.ts';
import { fileVersion, fingerprint, fingerprintCommand, nanoseconds, type FileVersion } from '../facts/file-versions.ts';
import { short } from '../facts/unit-name.ts';
import { unitState, type UnitState } from '../facts/units.ts';
import { absolute } from './path.ts';
import { order, orJournal, unitName } from './systemctl.ts';

/** What a process must not be older than. */
export interface FreshOptions {
  /** What the process reads when it starts. A folder stands for its list of entries, so that a removal counts too. */
  readonly files: readonly string[];
  /**
   * The service takes its files in on `systemctl reload`; a restart is then only done for files of systemd. Or a command of
   * ours has it take them in: what it was told is then noted under a name of its own.
   */
  readonly reload?: boolean | { readonly by: Command; readonly noted: string };
  /** Milliseconds it may take; 120 000 by default. */
  readonly within?: number;
}

/** Where we note which versions of its files a unit was last told to read; gone at a reboot, as its process is. */
const notes = '/run/keybuzz/fresh';

/**
 * The unit, if it runs, has read its files as they are now: its process started after they were written, or it was
 * restarted or reloaded for exactly these versions. It is not restarted when it does not run or was just started.
 */
export function fresh(unit: string, options: FreshOptions): Operation {
  const { reload = false, within = 120_000 } = options;
  const files = options.files.map(absolute);
  const own = typeof reload === 'object' ? reload : undefined;
  const note = fileVersion(`${notes}/${short(unit)}${own === undefined ? '' : `.${own.noted}`}`);
  return {
    title: `${short(unit)} is fresher than ${files.join(', ')}`,
    facts: [unitState(unit), note, ...files.map(fileVersion)],
    changes: (seen, turn): readonly Change[] => {
      const now = seen(unitState(unit));
      const versions = files.map((path) => seen(fileVersion(path)));
      const told = lastOrder(now, { unit, turn });
      if (!now.active && told < 0) return [];
      // The note outranks the clock, which may have been set back since. What did not run is started since it was looked at, and reads what was there.
      const known = !now.active || seen(note).target === fingerprint(versions);
      const stale = versions.filter((version) => (!known && younger(version, now)) || lastWrite(version.path, turn) > told).map(({ path }) => path);
      if (stale.length === 0) return [];
      const name = unitName(unit, now);
      if (own !== undefined) {
        return [order(renewed(own.by, { note: note.key, files }), { summary: `${own.noted} of ${name}: ${stale.join(', ')} changed`, what: name, from: `older than ${stale.join(', ')}`, to: 'told', within })];
      }
      const verb = reload && (now.canReload || now.load === 'not-found') && !stale.some(isUnitFile) ? 'reload' : 'restart';
      return [order(orJournal(renewed(sh`systemctl ${verb} ${name}`, { note: note.key, files }), name), {
        summary: `${verb} ${name}: ${stale.join(', ')} changed`,
        what: name,
        from: `older than ${stale.join(', ')}`,
        to: verb === 'reload' ? 'reloaded' : 'restarted',
        touches: [`unit:${name}`],
        within,
      })];
    },
  };
}

/** The versions are taken before the order: what is written while the unit reads counts as not read. */
function renewed({ text, input }: Command, { note, files }: { note: string; files: readonly string[] }): Command {
  const command = sh`versions=$(${fingerprintCommand(files)}) && ${new Command(text)} && mkdir -p ${notes} && ln -sfn "$versions" ${note}`;
  return input === undefined ? command : command.stdin(input);
}

function younger({ modified }: FileVersion, { started }: UnitState): boolean {
  return modified !== '' && started !== undefined && nanoseconds(modified) > started;
}

/** Where among the touches that the facts do not show yet the unit was last started, restarted or reloaded, by whatever name; -1 when it was not. */
function lastOrder({ names }: UnitState, { unit, turn }: { unit: string; turn: Turn }): number {
  return predicted(turn).findLastIndex((touch) => [...names, short(unit)].some((name) => touch === `unit:${name}`));
}

function lastWrite(path: string, turn: Turn): number {
  return predicted(turn).findLastIndex((touch) => touch === `file:${path}` || touch.startsWith(`file:${path}/`));
}

/** Only a restart, after systemd has read it, takes a unit's own file in. */
function isUnitFile(path: string): boolean {
  return /\/systemd\/system\//.test(path);
}
