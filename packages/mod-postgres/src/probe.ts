import type { Probe } from '@keybuzz/sdk';

/** A probe that is fine or, as it says, degraded or down. */
export function probe(title: string, about: { host?: string; seen: string; ok: boolean; wanted: string; otherwise?: 'degraded' | 'down' }): Probe {
  const { host, seen, ok, wanted, otherwise = 'degraded' } = about;
  return { title, host, seen, wanted, status: ok ? 'ok' : otherwise };
}

/** The certificate of a host is good for some time. */
export function certificateProbe(host: string, { days, wanted }: { days: number | undefined; wanted: number }): Probe {
  return probe('certificate', { host, seen: days === undefined ? 'none' : `${days} days left`, ok: days !== undefined && days > wanted, wanted: `more than ${wanted} days left` });
}
