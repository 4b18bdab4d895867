import { absent, file, Secret, type Host, type Operation, type Provision } from '@keybuzz/sdk';
import { validWith } from './check.ts';
import type { HaproxyConfig } from './config.ts';
import { refuseForbidden } from './fragment-rules.ts';
import { inForce, notInForce } from './in-force.ts';
import { fragmentVariable, marked } from './mark.ts';
import { fragments } from './places.ts';

/** The proxies as a module that requires them sees them. */
export interface Proxies {
  /** Where clients connect: the load balancer in front of the hosts; undefined when there is none. */
  readonly address: string | undefined;
  readonly hosts: readonly Host[];
  /**
   * The fragment of a module is in force on the host: checked with all others before it replaces the old one, reloaded
   * when it changed. A Secret as text never shows in a plan. Throws Failure `badConfig` on what no fragment may say.
   */
  readonly fragment: (name: string, text: string | Secret) => readonly Operation[];
  /** The module has no fragment on the host. */
  readonly absentFragment: (name: string) => readonly Operation[];
}

/** What haproxy provides. */
export function proxies({ config, hosts }: Pick<Provision<HaproxyConfig>, 'config' | 'hosts'>): Proxies {
  const address = config.loadBalancer?.address;
  const pathOf = (name: string): string => `${fragments}/${name}.cfg`;
  return {
    address,
    hosts,
    fragment: (name, text) => {
      refuseForbidden(name, text instanceof Secret ? text.reveal() : text, { balancer: address });
      const wanted = marked(pathOf(name), { variable: fragmentVariable(name), text });
      return [file(wanted.path, wanted.content, { group: 'haproxy', mode: 0o640, validate: (candidate) => validWith(candidate, `${name}.cfg`) }), inForce(wanted)];
    },
    absentFragment: (name) => [absent(pathOf(name)), notInForce(pathOf(name))],
  };
}
