import { runEvery, text, type Host, type Operation } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';

/**
 * etcd is led from another host than PostgreSQL, within seconds of any change. A host that was frozen and thawed while it led both
 * revokes, as etcd's former leader, the lease of the leader that was chosen meanwhile (etcd-io/etcd#15247, seen with 3.5.16 too), then
 * takes the free lock back as PostgreSQL's, and what was acknowledged in between is lost. Losing one leader at a time is quicker as well.
 */
export function etcdApart(host: Host, layout: Layout): Operation {
  return runEvery(5, 'keybuzz-etcd-apart', { module: 'postgres', description: 'Have etcd led from another host than PostgreSQL', program: script(host, layout) });
}

/** What is run at every look; etcd is only asked on the host that leads PostgreSQL. */
export function script({ address }: Host, layout: Layout): string {
  const { authority, certificate, key } = etcdTls(layout);
  return text`
    #!/bin/bash
    # Written by keybuzz (module postgres): edits here are overwritten.
    primary=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 2 --cacert ${authority} https://${address}:${String(port.patroni)}/primary)
    [ "$primary" = 200 ] || exit 0
    export ETCDCTL_API=3
    ctl() { timeout 5 etcdctl --dial-timeout=2s --command-timeout=3s --endpoints https://${address}:${String(port.etcdClient)} --cacert ${authority} --cert ${certificate} --key ${key} "$@"; }
    # endpoint, id, version, size, leads, …
    IFS=', ' read -r _ own _ _ _ leads _ < <(ctl endpoint status 2>/dev/null)
    [ "$leads" = true ] || exit 0
    # id, status, name, peers, clients, learner
    while IFS=', ' read -r id status peer _ _ learner; do
      [ "$id" != "$own" ] && [ "$status" = started ] && [ "$learner" = false ] || continue
      ctl move-leader "$id" >/dev/null 2>&1 && { echo "<5>PostgreSQL is led from here: etcd is now led from $peer"; exit 0; }
    done < <(ctl member list 2>/dev/null)
    exit 0
  `;
}
