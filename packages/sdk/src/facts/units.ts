import { sh, type Command } from '../command/index.ts';
import { madeOf, reader, type Fact } from '../converge/index.ts';
import { propertiesOf } from './systemd-bus.ts';
import { short, withSuffix } from './unit-name.ts';

/** What systemd says of a unit. One it has never heard of is neither enabled nor active. */
export interface UnitState {
  /** The unit's own name without `.service`; the name asked for may be an alias of it. */
  readonly id: string;
  /** All names of the unit, without `.service`. */
  readonly names: readonly string[];
  readonly load: 'loaded' | 'not-found' | 'masked' | 'other';
  /** Running and settled: `active` or reloading; a unit on its way up or down is not. */
  readonly active: boolean;
  /** As systemd writes it: active, inactive, failed, activating, … */
  readonly activeState: string;
  /** It comes back after a reboot, or it is a unit that cannot be enabled. */
  readonly enabled: boolean;
  /** As systemd writes it: enabled, disabled, static, masked, …; empty when there is no unit file. */
  readonly fileState: string;
  readonly canReload: boolean;
  /** When the main process started, or the unit became active if it has none: nanoseconds since 1970; undefined when it never did. */
  readonly started: bigint | undefined;
}

const properties = 'Id,Names,LoadState,ActiveState,UnitFileState,NeedDaemonReload,CanReload,ExecMainStartTimestamp,ActiveEnterTimestamp';
const asked = [...['Id', 'LoadState', 'ActiveState', 'UnitFileState', 'CanReload', 'ActiveEnterTimestamp'].map((name) => `Unit.${name}`), 'Service.ExecMainStartTimestamp'];
// For this one systemd looks at the files of the unit: as long as for all the others together.
const dear = 'Unit.NeedDaemonReload';

/** A unit with, where its key asks for it, whether its files changed since systemd read them. */
type Answer = UnitState & { readonly outdated: boolean };

const withFiles = (unit: string): string => `${unit} with its files`;
const unitOf = (key: string): string => key.split(' ', 1)[0] ?? '';

function command(keys: readonly string[]): Command {
  const units = [...new Set(keys.map(unitOf))];
  const [outdated, others] = [units.filter((unit) => keys.includes(withFiles(unit))), units.filter((unit) => !keys.includes(withFiles(unit)))];
  const directly = propertiesOf([{ units: others.map(withSuffix), properties: asked }, { units: outdated.map(withSuffix), properties: [...asked, dear] }]);
  // us+utc: systemd 247 and later; the default grain of a second would call a process that starts right after its file is written older than it.
  return sh`${directly} 2>/dev/null || systemctl show --timestamp=us+utc --property=${properties} -- ${units} || for each in ${units}; do echo; systemctl show --timestamp=us+utc --property=${properties} -- "$each"; done`;
}

/** It is asked for all units at once; where it cannot be asked directly `systemctl show` does, and each alone when it stops at one it cannot tell of. */
const units = reader<Answer>({
  name: 'units',
  command,
  anyExit: true,
  parse: ({ stdout, stderr }, keys) => {
    const states = stdout.trim().split(/\n\n+/).map(block);
    return new Map(keys.map((key): [string, Answer | Error] => [key, states.find(({ id, names }) => id !== '' && names.includes(short(unitOf(key)))) ?? new Error(`systemd says nothing of ${unitOf(key)}: ${stderr.trim()}`)]));
  },
});

/** What systemd says of a unit. */
export const unitState: (unit: string) => Fact<UnitState> = units;

/** Whether files of the unit changed since systemd read them. */
export function unitOutdated(unit: string): Fact<boolean> {
  return madeOf(`files of ${unit} that systemd has not read`, [units(withFiles(unit))], ({ outdated }) => outdated);
}

// Neither can be enabled (static, generated, …) or is (enabled, alias, …); `enabled-runtime` is forgotten at a reboot.
const lasting = new Set(['enabled', 'static', 'alias', 'indirect', 'generated', 'transient']);
const loads: readonly UnitState['load'][] = ['loaded', 'not-found', 'masked'];

function block(text: string): Answer {
  const of = Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s, 2))) as Record<string, string | undefined>;
  const id = short(of['Id'] ?? '');
  const names = [...new Set([id, ...(of['Names'] ?? '').split(' ').map(short)])];
  const activeState = of['ActiveState'] ?? '';
  const fileState = of['UnitFileState'] ?? '';
  return {
    id,
    names,
    load: loads.find((load) => load === of['LoadState']) ?? 'other',
    active: ['active', 'reloading', 'refreshing'].includes(activeState),
    activeState,
    enabled: lasting.has(fileState),
    fileState,
    outdated: of['NeedDaemonReload'] === 'yes',
    canReload: of['CanReload'] === 'yes',
    started: instant(of['ExecMainStartTimestamp']) ?? instant(of['ActiveEnterTimestamp']),
  };
}

/** Microseconds, or "Mon 2026-11-23 16:54:18.101845 UTC", in nanoseconds since 1970; systemd says 0, nothing or "n/a" for never. */
function instant(text = ''): bigint | undefined {
  if (/^[1-9]\d*$/.test(text)) return BigInt(text) * 1000n;
  const [, day, time, micros] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) UTC$/.exec(text) ?? [];
  if (micros === undefined) return undefined;
  return BigInt(Date.parse(`${day}T${time}Z`)) * 1_000_000n + BigInt(micros) * 1000n;
}
