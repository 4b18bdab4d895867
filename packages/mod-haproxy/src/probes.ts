import type { Probe } from '@keybuzz/sdk';

/** A probe of one host whose seen value must be exactly the wanted one. */
export function exactly(title: string, about: { host: string; seen: string; wanted: string; otherwise?: 'degraded' | 'down' }): Probe {
  const { host, seen, wanted, otherwise = 'degraded' } = about;
  return { title, host, seen, wanted, status: seen === wanted ? 'ok' : otherwise };
}
