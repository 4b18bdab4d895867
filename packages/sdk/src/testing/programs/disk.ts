import { posix } from 'node:path';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';
import { mounts } from './kernel.ts';

const word = { type: 'string' } as const;
const size = 40_000_000_000;

/** `df -B1 --output=…`: every file system is 40 GB, a quarter of it used. */
function df({ machine, args, cwd }: Call): Partial<Output> {
  const { flags, operands } = parsed(args, { output: word, 'block-size': { ...word, short: 'B' } });
  const columns = flags.output?.split(',') ?? [];
  if (flags['block-size'] !== '1' || columns.length === 0) throw new ProgramError('the fake machine knows df -B1 --output=… only', 2);
  const all = mounts(machine);
  const lines = operands.map((path) => {
    const full = posix.resolve(cwd, path);
    if (machine.tree.find(full) === undefined) throw new ProgramError(`${path}: No such file or directory`);
    const carrier = all.filter(({ where }) => where === '/' || full === where || full.startsWith(`${where}/`)).toSorted((a, b) => b.where.length - a.where.length)[0];
    const cells: Record<string, string> = { source: carrier?.what ?? '/dev/sda1', fstype: carrier?.type ?? 'ext4', size: String(size), used: String(size / 4), avail: String((size / 4) * 3), target: carrier?.where ?? '/', pcent: '25%' };
    return columns.map((column) => cells[column] ?? '-').join(' ');
  });
  return { stdout: `${[columns.join(' '), ...lines].join('\n')}\n` };
}

/** Room on file systems. */
export const diskPrograms: readonly Program[] = [program('df', df)];
