import type { Probe } from '@keybuzz/sdk';

/** A probe that is fine or, as it says, degraded or down. */
export function probe(title: string, about: { host?: string; seen: string; ok: boolean; wanted: string; otherwise?: 'degraded' | 'down' }): Probe {
  const { host, seen, ok, wanted, otherwise = 'degraded' } = about;
  return { title, host, seen, wanted, status: ok ? 'ok' : otherwise };
}
