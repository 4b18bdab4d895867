/** Kernel settings of every host, and why. */
export const kernelSettings: Readonly<Record<string, string | number>> = {
  // Bursts of new connections to the balancers and databases must not be dropped.
  'net.core.somaxconn': 65_535,
  'net.ipv4.tcp_max_syn_backlog': 65_535,
  'net.ipv4.tcp_fin_timeout': 15,
  'net.ipv4.tcp_tw_reuse': 1,
  'net.ipv4.ip_local_port_range': '10240 65535',
  // A peer that died silently is noticed in 5 to 8 minutes instead of 2 hours.
  'net.ipv4.tcp_keepalive_time': 300,
  'net.ipv4.tcp_keepalive_intvl': 30,
  'net.ipv4.tcp_keepalive_probes': 5,
  'net.ipv4.conf.all.accept_redirects': 0,
  'net.ipv4.conf.all.send_redirects': 0,
  'net.ipv4.conf.all.accept_source_route': 0,
  'net.ipv6.conf.all.accept_redirects': 0,
  // 2 (loose) and not 1: the private address is a /32 behind a routed gateway, answers may leave by another way.
  'net.ipv4.conf.all.rp_filter': 2,
  // Containers and Kubernetes watch many files; 128 instances are used up by a few dozen of them.
  'fs.inotify.max_user_instances': 8192,
  'fs.inotify.max_user_watches': 524_288,
  'vm.swappiness': 10,
  'vm.max_map_count': 262_144,
  'kernel.dmesg_restrict': 1,
  'kernel.kptr_restrict': 2,
  'fs.protected_hardlinks': 1,
  'fs.protected_symlinks': 1,
  'fs.suid_dumpable': 0,
};
