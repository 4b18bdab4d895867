import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineModule, file, fresh, perHost, serviceRunning, text, unit, unitFile, type Host } from '@keybuzz/sdk';
import * as v from 'valibot';

const server = 'import socketserver, sys\nclass Echo(socketserver.StreamRequestHandler):\n  def handle(self):\n    for line in self.rfile:\n      self.wfile.write(line)\nsocketserver.ThreadingTCPServer.allow_reuse_address = True\nsocketserver.ThreadingTCPServer((sys.argv[1], 7001), Echo).serve_forever()\n';

const config = v.strictObject({
  /** Names the backend, so that a change of it is a change of the fragment. */
  backend: v.optional(v.string(), 'first'),
  /** A line of the frontend. */
  extra: v.optional(v.string(), ''),
});

function fragment(host: Host, about: { hosts: readonly Host[]; backend: string; extra: string }): string {
  return text`
    frontend echo
      bind ${host.address}:7000
      ${about.extra === '' ? false : about.extra}
      default_backend ${about.backend}

    backend ${about.backend}
      balance roundrobin
      ${about.hosts.map((each) => `server ${each.name} ${each.address}:7001 check`)}

    listen echo-half
      bind ${host.address}:7010
      # Whoever is led to the server that is not there has lost.
      retries 0
      no option redispatch
      default-server check inter 1s fall 3 rise 1
      server there ${host.address}:7001
      server gone ${host.address}:7009
  `;
}

/** A line server on both proxies' hosts and a fragment in front of them: the smallest module that requires haproxy. */
export const echo = defineModule({
  name: 'echo',
  summary: 'A line server behind the proxies.',
  requires: [base, haproxy],
  hosts: { query: { role: 'lb', subrole: 'internal-haproxy' } },
  config,
  credentials: {},
  ports: [
    { port: 7000, protocol: 'tcp', from: 'private', purpose: 'echo', at: haproxy, balanced: true },
    { port: 7010, protocol: 'tcp', from: 'private', purpose: 'echo-half', at: haproxy },
    { port: 7001, protocol: 'tcp', from: 'members', purpose: 'echo-server' },
  ],
  install: perHost(async (host) => {
    const service = unit({ Unit: { Description: 'Lines come back' }, Service: { ExecStart: `/usr/bin/python3 /usr/local/lib/keybuzz-echo.py ${host.address}`, DynamicUser: true }, Install: { WantedBy: 'multi-user.target' } }, { module: 'echo' });
    await host.ensure(file('/usr/local/lib/keybuzz-echo.py', server), unitFile('keybuzz-echo', service), serviceRunning('keybuzz-echo'), fresh('keybuzz-echo', { files: ['/usr/local/lib/keybuzz-echo.py'] }));
  }),
  configure: perHost(async (host, scope) => {
    const { fragment: inForce, hosts } = scope.provided(haproxy);
    await host.ensure(...inForce('echo', fragment(host, { hosts, ...scope.config })));
  }),
  test: async () => [],
  health: async () => [],
});
