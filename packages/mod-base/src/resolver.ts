import { absent, change, file, fileState, fresh, operation, serviceRunning, sh, symlink, text, type Operation } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

type Dns = BaseConfig['dns'];

const resolvConf = '/etc/resolv.conf';
const resolvedDropIn = '/etc/systemd/resolved.conf.d/50-keybuzz.conf';

/** `/etc/resolv.conf` as a plain file; one attempt more than the default so that one lost packet is no failure. */
export function plainResolvConf({ servers }: Dns): string {
  return text`
    # Written by keybuzz (module base): edits here are overwritten.
    ${servers.slice(0, 3).map((server) => `nameserver ${server}`)}
    options timeout:2 attempts:3
  `;
}

/** The settings of systemd-resolved. */
export function resolvedConf({ servers }: Dns): string {
  return text`
    # Written by keybuzz (module base): edits here are overwritten.
    [Resolve]
    DNS=${servers.join(' ')}
    FallbackDNS=
  `;
}

/** Names are resolved by the wanted servers, and one owner alone writes /etc/resolv.conf. */
export function resolver(dns: Dns): readonly Operation[] {
  if (dns.owner === 'resolved') {
    return [
      file(resolvedDropIn, resolvedConf(dns), { parents: true }),
      serviceRunning('systemd-resolved'),
      fresh('systemd-resolved', { files: [resolvedDropIn] }),
      symlink(resolvConf, '/run/systemd/resolve/stub-resolv.conf'),
    ];
  }
  return [writable(plainResolvConf(dns)), file(resolvConf, plainResolvConf(dns))];
}
