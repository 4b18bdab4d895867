import { Failure } from '@keybuzz/sdk';

/** What a fragment must not do; the rest is judged by HAProxy itself, on the host. */
export interface FragmentRules {
  /** No bind may name it; undefined when the stack has no load balancer. */
  readonly balancer: string | undefined;
}

/** The fragment may be put on a host. Throws Failure `badConfig` that names it and the line, but not the line's text: it may hold a password. */
export function refuseForbidden(name: string, text: string, { balancer }: FragmentRules): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Failure('badConfig', `a fragment of HAProxy is named like a module (small letters, digits, dashes), not ${JSON.stringify(name)}`);
  for (const [at, line] of text.split('\n').entries()) {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    const where = `the fragment ${name} of HAProxy, line ${at + 1}:`;
    if (word === 'global' || word === 'defaults') {
      throw new Failure('badConfig', `${where} a section "${word}" would change the fragments of other modules`, { next: 'put the settings in the frontend and backend sections of the fragment' });
    }
    if (balancer !== undefined && word === 'bind' && boundAddresses(rest[0] ?? '').includes(balancer)) {
      throw new Failure('badConfig', `${where} it binds ${balancer}, the address of the load balancer, which no host has`, { next: "bind the host's own address, or every address: bind :PORT" });
    }
  }
}

/** The addresses of `bind 10.0.0.1:80,ipv4@10.0.0.2:80`; empty for every address. */
function boundAddresses(value: string): readonly string[] {
  return value.replaceAll(/["'\\]/g, '').split(',').map((each) => each.replace(/^[a-z0-9]+@/, '').replace(/:[^:]*$/, ''));
}
