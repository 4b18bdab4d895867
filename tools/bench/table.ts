import { median, type Timing } from './timed.ts';
import type { Row } from './measure.ts';

/** The measured table in Markdown; every figure comes from this run. */
export function table(rows: readonly Row[], about: { hosts: number; machine: string; fresh?: { boot: Timing; rollout: Timing } }): string {
  const { hosts, machine, fresh } = about;
  const floor = median(rows[0]?.seconds ?? []);
  const lines = rows.map(({ what, seconds, megabytes }) => {
    const middle = median(seconds);
    return `| ${what} | ${middle.toFixed(2)} s | ${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)} s, ${seconds.length} runs | ${(middle / floor).toFixed(2)} | ${megabytes.toFixed(0)} MB |`;
  });
  const first = fresh === undefined ? [] : ['', `${hosts} hosts booted to a listening sshd, command included: ${fresh.boot.seconds.toFixed(1)} s. First rollout of the whole stack: ${fresh.rollout.seconds.toFixed(0)} s, largest process ${fresh.rollout.megabytes.toFixed(0)} MB.`];
  return [
    `${hosts} hosts, everything already as wanted; controller and hosts on one machine of ${machine}; ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| command | median | range | × floor | largest process |',
    '|---|---|---|---|---|',
    ...lines,
    ...first,
  ].join('\n');
}

/** The README with the table between its markers. */
export function withTable(readme: string, text: string): string {
  const markers = /(<!-- bench:start -->\n)[^]*?(<!-- bench:end -->)/;
  if (!markers.test(readme)) throw new Error('README.md has no <!-- bench:start --> … <!-- bench:end -->');
  return readme.replace(markers, (_, start: string, end: string) => `${start}${text}\n${end}`);
}
