set -e
cd /var/lib/keybuzz-twin/kb-123456/hosts/redis-01
mount -o loop,noatime,barrier=0 disk mnt
rm -rf mnt/up/var/lib/keybuzz-twin && mkdir -p mnt/up/var/lib && cp -R ../../kernel mnt/up/var/lib/keybuzz-twin
cat /proc/sys/kernel/random/uuid >mnt/up/var/lib/keybuzz-twin/kernel/random/boot_id
mount -t overlay overlay -o lowerdir=/cache/image,upperdir=mnt/up,workdir=mnt/work mnt/root
mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn

# A network card whose former namespace is still being torn down would hold its name.
ip -n kb-123456 link delete p0-123 2>/dev/null || :
ip -n kb-123456 link delete e0-123 2>/dev/null || :
ip -batch - <<'EOF'
link set lo up
link add enp7s0 mtu 1450 address 02:00:0a:00:00:7b type veth peer name p0-123 mtu 1450 netns kb-123456
link add eth0 address 02:01:c6:33:64:15 type veth peer name e0-123 netns kb-123456
address add 10.0.0.123/16 dev enp7s0
address add 198.51.100.21/24 dev eth0
link set enp7s0 up
link set eth0 up
route add default via 198.51.100.1 dev eth0
EOF
ip -n kb-123456 -batch - <<'EOF'
link set p0-123 master priv up
link set e0-123 master pub up
EOF

# A cgroup of its own in every hierarchy, without what a former boot left in it.
version1=no
while read -r _ at type _; do
  case $type in cgroup) version1=yes ;; cgroup2) ;; *) continue ;; esac
  own=$at/kb-123456/h-redis-01
  [ ! -d $own ] || find $own -depth -type d -exec rmdir {} +
  mkdir -p $own
  if [ -e $own/cpuset.cpus ] && [ $type = cgroup ]; then
    for one in kb-123456 kb-123456/h-redis-01; do
      cat $at/cpuset.cpus >$at/$one/cpuset.cpus
      cat $at/cpuset.mems >$at/$one/cpuset.mems
    done
  fi
  echo $$ >$own/cgroup.procs
done </proc/mounts

export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network SYSTEMD_NSPAWN_LOCK=0 SYSTEMD_SECCOMP=0
# systemd 257 refuses version 1; an older one gets it where the machine has it, because only there are the controllers
# that a kubelet needs.
[ $version1 = no ] || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --boot --register=no --keep-unit --machine=kb-123456-redis-01 --hostname=redis-01 --directory=/var/lib/keybuzz-twin/kb-123456/hosts/redis-01/mnt/root --network-namespace-path=/proc/self/ns/net --capability=all --drop-capability=CAP_SYS_TIME --console=read-only --resolv-conf=off --timezone=off --link-journal=no --bind=/dev/kmsg --bind=/var/lib/keybuzz-twin/kb-123456/hosts/redis-01/mnt/plain/docker:/var/lib/docker --bind=/var/lib/keybuzz-twin/kb-123456/hosts/redis-01/mnt/plain/containerd:/var/lib/containerd --bind=/var/lib/keybuzz-twin/kb-123456/hosts/redis-01/mnt/plain/kubelet:/var/lib/kubelet --bind=/var/lib/keybuzz-twin/kb-123456/hosts/redis-01/mnt/plain/rancher:/var/lib/rancher --bind=/proc/sys/kernel/hostname:/var/lib/keybuzz-twin/kernel/hostname --bind=/proc/sys/kernel/domainname:/var/lib/keybuzz-twin/kernel/domainname --bind=/proc/sys/kernel/random/uuid:/var/lib/keybuzz-twin/kernel/random/uuid --bind=/var/lib/keybuzz-twin/vm:/proc/sys/vm --bind=/var/lib/keybuzz-twin/fs:/proc/sys/fs --bind=/var/lib/keybuzz-twin/kernel:/proc/sys/kernel --bind=/var/lib/keybuzz-twin/swaps:/proc/swaps --bind=/var/lib/keybuzz-twin/nf_conntrack_max:/proc/sys/net/netfilter/nf_conntrack_max </dev/null >console 2>&1
