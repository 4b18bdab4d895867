import type { Probe } from '@keybuzz/sdk';

/** A probe of one host whose seen value must be exactly the wanted one. */
export function exactly(title: string, about: { host: string; seen: string; wanted: string; otherwise?: 'degraded' | 'down' }): Probe {
  const { host, seen, wanted, otherwise = 'degraded' } = about;
  return { title, host, seen, wanted, status: seen === wanted ? 'ok' : otherwise };
}

/** A probe of one host that must stay below a bound. */
export function below(title: string, about: { host: string; seen: number; bound: number; unit: string }): Probe {
  const { host, seen, bound, unit } = about;
  return { title, host, seen: `${seen} ${unit}`, wanted: `below ${bound} ${unit}`, status: seen < bound ? 'ok' : 'degraded' };
}
