import { sh, type Command } from '../command/index.ts';
import { change, type Change } from '../converge/index.ts';
import { short, withSuffix } from '../facts/unit-name.ts';
import type { UnitState } from '../facts/units.ts';

/** The name under which a unit is given orders: its own, also where it was asked for by an alias. */
export function unitName(unit: string, now: UnitState): string {
  return now.load === 'not-found' ? short(unit) : now.id;
}

/** The last words of the unit's own processes follow when the command fails. */
export function orJournal(command: Command, unit: string): Command {
  return sh`{ ${command} || { code=$?; journalctl --quiet --no-pager --output cat --lines 3 ${`_SYSTEMD_UNIT=${withSuffix(unit)}`} >&2; exit $code; }; }`;
}

/** An order to systemd about one unit, with what it turns into what. */
export function order(command: Command, about: { summary: string; what: string; from: string; to: string; touches?: readonly string[]; within?: number | undefined }): Change {
  const { summary, what, from, to, touches = [], within } = about;
  return change(command, { summary, touches, difference: { kind: 'value', what, from, to }, ...(within === undefined ? {} : { within }) });
}

/** systemd has read its unit files again. */
export const daemonReload: Change = change(sh`systemctl daemon-reload`, { summary: 'systemctl daemon-reload', touches: ['systemd:units'] });
