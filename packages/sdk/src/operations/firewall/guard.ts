import { Command, sh } from '../../command/index.ts';
import type { Guard } from '../../converge/index.ts';
import { rollbackFolder } from '../../facts/firewall.ts';

const unit = 'keybuzz-firewall-rollback';
const seconds = 30;
const files = '/etc/ufw/user.rules /etc/ufw/user6.rules /etc/ufw/ufw.conf /etc/default/ufw';

/** Either arming or restoring or confirming, never two at a time. */
const alone = `exec 9>${rollbackFolder}/lock; flock -w 25 9 || exit 1; cd ${rollbackFolder} || exit 1`;
const stop = `systemctl stop ${unit}.timer ${unit}.service 2>/dev/null; systemctl reset-failed ${unit}.service 2>/dev/null`;

/** Keeps what is there, unless an unconfirmed change is already on trial, and (re)starts the clock. */
const arm = `#!/bin/sh
${alone}
${stop}
if [ ! -d saved ]; then
  rm -rf saving && mkdir saving || exit 1
  for file in ${files}; do
    [ ! -e $file ] || cp -a $file saving/ || exit 1
  done
  iptables-save -t filter >saving/ipv4 2>/dev/null
  ip6tables-save -t filter >saving/ipv6 2>/dev/null
  mv saving saved || exit 1
fi
systemd-run --quiet --collect --on-active=${seconds} --timer-property=AccuracySec=100ms --unit=${unit} /bin/sh ${rollbackFolder}/rollback
`;

/** Only UFW's own chains and the three policies go back: what Docker and Kubernetes keep beside them moves on meanwhile. */
const rollback = `#!/bin/sh
${alone}
[ -d saved ] || exit 0
grep -q '^:ufw' saved/ipv4 || /lib/ufw/ufw-init force-stop
restore() {
  {
    echo '*filter'
    grep -E '^:(INPUT|FORWARD|OUTPUT) ' "$2" || printf ':%s ACCEPT [0:0]\\n' INPUT FORWARD OUTPUT
    grep '^:ufw' "$2"
    "$1-save" -t filter | sed -n 's/^:\\(ufw[^ ]*\\) .*/-F \\1/p'
    grep '^-A ufw' "$2"
    echo COMMIT
  } | "$1-restore" -n
}
restore iptables saved/ipv4
[ ! -e /proc/sys/net/ipv6 ] || restore ip6tables saved/ipv6
for file in ${files}; do [ ! -e saved/\${file##*/} ] || cp -a saved/\${file##*/} $file; done
rm -rf rolled-back; mv saved rolled-back
`;

const confirm = `${alone}; ${stop}; [ -d saved ] || { echo 'too late: the host has restored the firewall it had' >&2; exit 1; }; rm -rf saved`;

/** Without a new connection within 30 s the host restores by itself the rules, the policies and the files it had. */
export const firewallGuard: Guard = {
  within: seconds,
  arm: sh`mkdir -p -m 700 ${rollbackFolder} && printf %s ${arm} >${rollbackFolder}/arm && printf %s ${rollback} >${rollbackFolder}/rollback && sh ${rollbackFolder}/arm`,
  disarm: new Command(confirm),
};
