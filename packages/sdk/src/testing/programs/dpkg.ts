import { configure, journalPath } from '../machine/install.ts';
import type { Machine, PackageState } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

function query({ machine, args }: Call): Partial<Output> {
  const { flags, operands } = parsed(args, { show: { ...flag, short: 'W' }, showformat: { ...word, short: 'f' }, status: { ...flag, short: 's' }, list: { ...flag, short: 'l' } });
  const format = flags.showformat;
  if (flags.show !== true || format === undefined) throw new ProgramError('the fake machine knows dpkg-query -W -f FORMAT only', 2);
  const output = { stdout: '', stderr: '', code: 0 };
  for (const asked of operands.length === 0 ? [...machine.packages.keys()] : operands) {
    const name = asked.replace(/:(amd64|all)$/, '');
    const now = machine.packages.get(name);
    if (now === undefined) {
      output.stderr += `dpkg-query: no packages found matching ${asked}\n`;
      output.code = 1;
    } else output.stdout += formatted(format, name, now);
  }
  return output;
}

function formatted(format: string, name: string, { version, status, held }: PackageState): string {
  const want = held ? 'hold' : status === 'config-files' ? 'deinstall' : 'install';
  const fields: Record<string, string> = {
    Package: name,
    'binary:Package': name,
    Architecture: 'amd64',
    Version: version,
    Status: `${want} ok ${status}`,
    'db:Status-Status': status,
    'db:Status-Want': want,
    'db:Status-Abbrev': `${want[0]}${status === 'installed' ? 'i' : status[0]} `,
  };
  return format
    .replaceAll(/\\([nt])/g, (_, letter: string) => (letter === 'n' ? '\n' : '\t'))
    .replaceAll(/\$\{([^}]+)\}/g, (_, field: string) => {
      const value = fields[field];
      if (value === undefined) throw new ProgramError(`the fake machine does not know the field ${field}`, 2);
      return value;
    });
}

function dpkg({ machine, args }: Call): Partial<Output> | string | undefined {
  const { flags, operands } = parsed(args, {
    configure: flag,
    pending: { ...flag, short: 'a' },
    audit: flag,
    'force-confdef': flag,
    'force-confold': flag,
    'print-architecture': flag,
    status: { ...flag, short: 's' },
    'compare-versions': flag,
  });
  if (flags['print-architecture'] === true) return 'amd64\n';
  if (flags.audit === true) return unfinished(machine).map(([name]) => ` ${name}\n`).join('');
  if (flags.status === true) return { code: operands.every((name) => machine.packages.get(name)?.status === 'installed') ? 0 : 1 };
  if (flags.configure !== true) throw new ProgramError('the fake machine does not know this call of dpkg', 2);
  if (flags.pending !== true) throw new ProgramError('the fake machine knows dpkg --configure -a only', 2);
  for (const [name] of unfinished(machine)) configure(machine, name, machine.catalog[name] ?? {});
  machine.tree.remove(journalPath, { force: true });
  return undefined;
}

/** What dpkg can finish by itself: a package whose files are not all there must be installed again. */
function unfinished({ packages }: Machine): [string, PackageState][] {
  return [...packages].filter(([, { status }]) => status === 'unpacked' || status === 'half-configured');
}

/** The package system itself. */
export const dpkgPrograms: readonly Program[] = [program('dpkg-query', query), program('dpkg', dpkg)];
