import type { ReportEvent } from '@keybuzz/sdk';
import { groupedChanges } from './show/group.ts';

/** One page on a run, for people: what changed where, what failed, what was not as wanted. */
export function runReport(run: { command: string; exit: number; at: Date; events: readonly ReportEvent[] }): string {
  const { command, exit, at, events } = run;
  const failures = events.filter((e) => e.type === 'failure');
  const probes = events.filter((e) => e.type === 'probe');
  const notOk = probes.filter((p) => p.status !== 'ok');
  const proofs = events.filter((e) => e.type === 'proof');
  return [
    `# keybuzz ${command}, ${at.toISOString()}`,
    '',
    `Exit status ${exit}. ${events.filter((e) => e.type === 'change').length} changes, ${failures.length} failures.`,
    ...section('Changes', groupedChanges(events).map((g) => `- ${g.state} on ${g.hosts.join(', ')}: ${g.module}: ${g.summary}`)),
    ...section('Failures', failures.map((f) => `- ${f.host} ${f.module} ${f.verb} (${f.kind}): ${f.message.split('\n')[0] ?? ''}`)),
    ...section(`Health: ${probes.length - notOk.length} of ${probes.length} ok`, notOk.map((p) => `- ${p.status}: ${p.host ?? p.module}: ${p.title}: seen ${p.seen}, wanted ${p.wanted}`), probes.length > 0),
    ...section('Proofs', proofs.map((p) => `- ${p.status}: ${p.host ?? p.module}: ${p.title}: ${p.seen}`)),
    ...section('Drills', events.filter((e) => e.type === 'drill').map((d) => `- ${d.verdict}: ${d.module}: ${d.title}${d.broken.map((why) => `; ${why.split('\n').join('; ')}`).join('')}`)),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[], always = false): string[] {
  return lines.length === 0 && !always ? [] : ['', `## ${title}`, '', ...lines];
}
