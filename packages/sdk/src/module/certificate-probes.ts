import { certificateFacts } from '../credentials/index.ts';
import type { Probe } from '../report/index.ts';

/** Fewer days left than this and nobody has renewed it: a rollout renews at 60. */
const leastDays = 14;

/** A year: whatever trusts an authority has to be told of the next one. */
const leastDaysOfAuthority = 365;

/** The certificate of a host is good for more than two weeks; `days` as `certificateDays` found them. */
export function certificateProbe(host: string, { days, title = 'certificate' }: { days: number | undefined; title?: string }): Probe {
  return { title, host, ...lasting(days, leastDays) };
}

/** The stack's authority, PEM, is good for more than a year. */
export function authorityProbe(authority: string): Probe {
  return { title: 'certificate authority', host: undefined, ...lasting(certificateFacts(authority).daysLeft(new Date()), leastDaysOfAuthority) };
}

function lasting(days: number | undefined, least: number): Pick<Probe, 'seen' | 'wanted' | 'status'> {
  return { seen: days === undefined ? 'none' : `${days} days left`, wanted: `more than ${least} days left`, status: days !== undefined && days > least ? 'ok' : 'degraded' };
}
