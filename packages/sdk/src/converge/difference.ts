import type { Session } from '../command/index.ts';
import type { Difference } from './change.ts';
import { read, type Fact } from './fact.ts';

/** Replaces the value of every known secret in a text. */
export type Redact = (text: string) => string;

/** Each difference in words an operator can read, secrets masked; one more round trip, only when a file differs. */
export async function described(session: Session, differences: readonly (Difference | undefined)[], redact: Redact): Promise<(string | undefined)[]> {
  const present = differences.flatMap((d): Fact<string>[] => (d?.kind === 'text' ? [d.present] : []));
  if (present.length === 0) return differences.map((d) => (d?.kind === 'value' ? redact(valueLine(d)) : undefined));
  const [seen, { createTwoFilesPatch }] = await Promise.all([read(session, present), import('diff')]);
  return differences.map((d) => {
    if (d?.kind !== 'text') return d === undefined ? undefined : redact(valueLine(d));
    const patch = createTwoFilesPatch(d.path, d.path, ...masked(seen(d.present), d.wanted, redact), '', '', { context: 2 });
    return patch.replace(/^(Index: .*\n)?=+\n/, '').replace(/^(---|\+\+\+) (.*)\t$/gm, '$1 $2').trimEnd();
  });
}

function valueLine({ what, from, to }: { what: string; from: string; to: string }): string {
  return `${what}: ${from} -> ${to}`;
}

/**
 * Both texts without secrets. The store does not know what an old file holds, so in a file that carries secrets
 * a present line that is not wanted any more keeps only its key.
 */
function masked(before: string, after: string, redact: Redact): [string, string] {
  const shown = redact(after);
  if (shown === after) return [redact(before), after];
  const kept = new Set(after.split('\n'));
  const lines = before.split('\n').map((line) => (kept.has(line) ? redact(line) : line.replace(/^(\s*[\w.-]*\s?[=:]?\s?).*$/, '$1[masked]')));
  return [lines.join('\n'), shown];
}
