import { change, directory, file, fresh, pathState, serviceRunning, sh, symlink, text, when, type Operation } from '@keybuzz/sdk';
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
      directory('/etc/systemd/resolved.conf.d'),
      file(resolvedDropIn, resolvedConf(dns)),
      serviceRunning('systemd-resolved'),
      fresh('systemd-resolved', { files: [resolvedDropIn] }),
      symlink(resolvConf, '/run/systemd/resolve/stub-resolv.conf'),
    ];
  }
  return [unlocked(file(resolvConf, plainResolvConf(dns))), ...leftAlone];
}

const dhclientHooks = '/etc/dhcp/dhclient-enter-hooks.d';
const dhcpcdConf = '/etc/dhcpcd.conf';

/** DHCP clients that are on the host leave the file alone: each would write its own over it with every lease. */
const leftAlone: readonly Operation[] = [
  when(pathState(dhclientHooks), ({ kind }) => kind === 'directory', file(`${dhclientHooks}/keybuzz`, text`
    # Written by keybuzz (module base): edits here are overwritten.
    make_resolv_conf() { :; }
  `)),
  when(pathState(dhcpcdConf), ({ kind }) => kind === 'file', file('/etc/dhcpcd.enter-hook', text`
    # Written by keybuzz (module base): edits here are overwritten.
    skip_hooks="$skip_hooks resolv.conf"
  `)),
];

/** The system before this one made the file immutable (chattr +i), against which every later change failed. */
function unlocked(wanted: Operation): Operation {
  const free = change(sh`chattr -i ${resolvConf} 2>/dev/null || :`, { summary: `let ${resolvConf} be written` });
  return {
    ...wanted,
    changes: (seen, turn) => wanted.changes(seen, turn).flatMap((each, i) => (i === 0 ? [free, each] : [each])),
  };
}
