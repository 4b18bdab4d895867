import { internet, macOf, portOf } from './addresses.ts';
import { hostCgroup, hostFolder, plainFolders } from './host-paths.ts';
import type { Common } from './host-paths.ts';
import { VIEW_FOLDER, kernelBinds } from './kernel-view.ts';
import type { TwinHost } from './state.ts';

/** The script that keeps a host powered: it boots it, and boots it again when the host itself asks for a reboot. */
export function powerScript(name: string, host: TwinHost): string {
  const folder = hostFolder(name, host.name);
  return `while :; do
  unshare --mount --net --propagation slave sh ${folder}/boot
  # systemd-nspawn ends with 133 when the host rebooted, and with anything else when it is off.
  [ $? = 133 ] || exit 0
done
`;
}

/** The script of one boot, run in fresh mount and network namespaces that vanish with the host. */
export function bootScript(common: Common, host: TwinHost): string {
  const { name } = common;
  const folder = hostFolder(name, host.name);
  const [priv, pub] = [portOf(host, 'private'), portOf(host, 'public')];
  const nspawn = [
    'systemd-nspawn', '--quiet', '--boot', '--register=no', '--keep-unit', `--machine=${name}-${host.name}`,
    `--hostname=${host.name}`, `--directory=${folder}/mnt/root`, '--network-namespace-path=/proc/self/ns/net',
    // The clock is the machine's own: the one right a host does not get.
    '--capability=all', '--drop-capability=CAP_SYS_TIME',
    '--console=read-only', '--resolv-conf=off', '--timezone=off', '--link-journal=no', '--bind=/dev/kmsg',
    ...plainFolders.map((one) => `--bind=${folder}/mnt/plain/${one}:/var/lib/${one}`),
    ...kernelBinds(),
  ];
  return `set -e
cd ${folder}
mount -o loop,noatime,barrier=0 disk mnt
rm -rf mnt/up${VIEW_FOLDER} && mkdir -p mnt/up/var/lib && cp -R ../../kernel mnt/up${VIEW_FOLDER}
cat /proc/sys/kernel/random/uuid >mnt/up${VIEW_FOLDER}/kernel/random/boot_id
mount -t overlay overlay -o lowerdir=${common.image.directory},upperdir=mnt/up,workdir=mnt/work mnt/root
mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn

# A network card whose former namespace is still being torn down would hold its name.
ip -n ${name} link delete ${priv} 2>/dev/null || :
ip -n ${name} link delete ${pub} 2>/dev/null || :
ip -batch - <<'EOF'
link set lo up
link add enp7s0 mtu 1450 address ${macOf(host.address, 'private')} type veth peer name ${priv} mtu 1450 netns ${name}
link add eth0 address ${macOf(host.publicAddress, 'public')} type veth peer name ${pub} netns ${name}
address add ${host.address}/16 dev enp7s0
address add ${host.publicAddress}/24 dev eth0
link set enp7s0 up
link set eth0 up
route add default via ${internet.router} dev eth0
EOF
ip -n ${name} -batch - <<'EOF'
link set ${priv} master priv up
link set ${pub} master pub up
EOF

# A cgroup of its own in every hierarchy, without what a former boot left in it.
version1=no
while read -r _ at type _; do
  case $type in cgroup) version1=yes ;; cgroup2) ;; *) continue ;; esac
  own=$at/${hostCgroup(name, host.name)}
  [ ! -d $own ] || find $own -depth -type d -exec rmdir {} +
  mkdir -p $own
  if [ -e $own/cpuset.cpus ] && [ $type = cgroup ]; then
    for one in ${name} ${hostCgroup(name, host.name)}; do
      cat $at/cpuset.cpus >$at/$one/cpuset.cpus
      cat $at/cpuset.mems >$at/$one/cpuset.mems
    done
  fi
  echo $$ >$own/cgroup.procs
done </proc/mounts

export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network SYSTEMD_NSPAWN_LOCK=0 SYSTEMD_SECCOMP=0
# systemd 257 refuses version 1; an older one gets it where the machine has it, because only there are the controllers
# that a kubelet needs.
[ $version1 = no ] || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=${common.image.release === 'bookworm' ? 0 : 1}
exec ${nspawn.join(' ')} </dev/null >console 2>&1
`;
}
