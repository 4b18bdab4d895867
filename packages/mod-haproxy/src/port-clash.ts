import { Failure, type Host, type Scope } from '@keybuzz/sdk';

/**
 * No two modules claim one TCP port of the host. Throws Failure `badConfig` that names them. HAProxy would not say so:
 * two frontends of one process bind the same port without an error, and the kernel deals its connections out at random.
 */
export function refuseClashes({ name }: Pick<Host, 'name'>, uses: Scope['uses']): void {
  const claims = uses.flatMap(({ module, ports }) =>
    ports.filter((port) => port.protocol === 'tcp' && port.hosts.some((host) => host.name === name)).map(({ port, purpose }) => ({ module: module.name, purpose, range: typeof port === 'number' ? ([port, port] as const) : port })),
  );
  for (const [at, one] of claims.entries()) {
    const other = claims.slice(0, at).find((each) => each.module !== one.module && each.range[0] <= one.range[1] && one.range[0] <= each.range[1]);
    if (other === undefined) continue;
    const port = Math.max(one.range[0], other.range[0]);
    throw new Failure('badConfig', `${name}: port ${port} is claimed by ${other.module} (${other.purpose}) and by ${one.module} (${one.purpose})`, { next: `give one of them another port in the stack, then: keybuzz plan --only ${one.module}` });
  }
}
