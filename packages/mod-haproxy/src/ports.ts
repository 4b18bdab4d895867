import type { Port } from '@keybuzz/sdk';
import type { HaproxyConfig } from './config.ts';

/** The statistics; what fragments listen on is declared by their modules. */
export function ports({ statsPort }: HaproxyConfig): readonly Port[] {
  return [{ port: statsPort, protocol: 'tcp', from: 'private', purpose: 'haproxy-stats' }];
}
