import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';
import { fullName } from '../machine/unit-file.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

/** `systemd-run --on-active=SECONDS --unit=NAME COMMAND…`: the command runs when the machine's clock gets there. */
function systemdRun({ machine, args }: Call): undefined {
  const split = args.findIndex((each) => !each.startsWith('-'));
  const { flags } = parsed(args.slice(0, split), {
    quiet: { ...flag, short: 'q' },
    collect: { ...flag, short: 'G' },
    'on-active': word,
    unit: { ...word, short: 'u' },
    description: word,
    property: { ...word, short: 'p', multiple: true },
    'timer-property': { ...word, multiple: true },
  });
  const after = flags['on-active'];
  if (after === undefined || flags.unit === undefined) throw new ProgramError('the fake machine knows systemd-run --on-active=… --unit=… only', 2);
  const name = `${flags.unit.replace(/\.timer$/, '')}.timer`;
  if (machine.transients.has(name)) throw new ProgramError(`Failed to start transient timer unit: Unit ${name} was already loaded or has a fragment file.`);
  machine.setTransient(name, { at: machine.now + seconds(after) * 1000, command: args.slice(split) });
}

function seconds(text: string): number {
  const found = /^(\d+)(s|sec|min|m|h)?$/.exec(text);
  if (found === null) throw new ProgramError(`Failed to parse timer value: ${text}`);
  return Number(found[1]) * ({ s: 1, sec: 1, m: 60, min: 60, h: 3600 }[found[2] ?? 's'] ?? 1);
}

function journalctl({ machine, args }: Call): string {
  const { flags } = parsed(args, {
    unit: { ...word, short: 'u', multiple: true },
    lines: { ...word, short: 'n' },
    output: { ...word, short: 'o' },
    'no-pager': flag,
    since: word,
    quiet: { ...flag, short: 'q' },
  });
  return (flags.unit ?? []).map((unit) => machine.journal.get(fullName(unit))).filter((line) => line !== undefined).map((line) => `${line}\n`).join('');
}

function hostnamectl({ machine, args }: Call): undefined {
  const [verb, name] = parsed(args, { static: flag, 'no-ask-password': flag }).operands;
  if ((verb !== 'set-hostname' && verb !== 'hostname') || name === undefined) throw new ProgramError('the fake machine knows hostnamectl hostname NAME only', 2);
  machine.tree.write('/etc/hostname', `${name}\n`);
  machine.tree.write('/proc/sys/kernel/hostname', name);
}

function hostname({ machine, args }: Call): string | undefined {
  const { flags, operands: [name] } = parsed(args, { fqdn: { ...flag, short: 'f' }, short: { ...flag, short: 's' }, file: { ...word, short: 'F' } });
  if (name === undefined && flags.file === undefined) return machine.tree.text('/proc/sys/kernel/hostname');
  machine.tree.write('/proc/sys/kernel/hostname', name ?? machine.tree.text(flags.file ?? ''));
  return undefined;
}

function timedatectl({ machine, args }: Call): string | undefined {
  const { flags, operands: [verb, value] } = parsed(args, { property: { ...word, short: 'p', multiple: true }, value: flag, 'no-ask-password': flag });
  const synchronized = machine.units.get('systemd-timesyncd.service')?.active === 'active' || machine.units.get('chrony.service')?.active === 'active';
  const properties: Record<string, string> = {
    NTP: synchronized ? 'yes' : 'no',
    NTPSynchronized: synchronized ? 'yes' : 'no',
    Timezone: /zoneinfo\/(.+)$/.exec(machine.tree.real('/etc/localtime'))?.[1] ?? '',
  };
  if (verb === 'show') return (flags.property ?? Object.keys(properties)).map((key) => `${flags.value === true ? '' : `${key}=`}${known(properties, key)}\n`).join('');
  if (verb !== 'set-timezone' || value === undefined) throw new ProgramError(`the fake machine does not know timedatectl ${verb}`, 2);
  const zone = `/usr/share/zoneinfo/${value}`;
  if (machine.tree.find(zone) === undefined) throw new ProgramError(`Failed to set time zone: Invalid or not installed time zone '${value}'`);
  machine.tree.remove('/etc/localtime', { force: true });
  machine.tree.symlink(`..${zone}`, '/etc/localtime');
  machine.tree.write('/etc/timezone', `${value}\n`);
  return undefined;
}

function known(properties: Record<string, string>, key: string): string {
  const value = properties[key];
  if (value === undefined) throw new ProgramError(`the fake machine does not know the property ${key}`, 2);
  return value;
}

function detectVirt({ machine, args }: Call): Partial<Output> {
  const { flags } = parsed(args, { container: { ...flag, short: 'c' }, quiet: { ...flag, short: 'q' }, vm: { ...flag, short: 'v' } });
  const container = machine.tree.textIfAny('/run/systemd/container').trim();
  const found = container !== '' ? container : flags.container === true ? 'none' : 'kvm';
  return { stdout: flags.quiet === true ? '' : `${found}\n`, code: found === 'none' ? 1 : 0 };
}

/** The small programs of systemd. */
export const systemdPrograms: readonly Program[] = [
  program('systemd-run', systemdRun),
  program('journalctl', journalctl),
  program('hostnamectl', hostnamectl),
  program('hostname', hostname),
  program('timedatectl', timedatectl),
  program('systemd-detect-virt', detectVirt),
  program('systemd-tmpfiles', () => undefined),
];
