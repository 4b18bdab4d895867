import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

/**
 * The kernel settings that are not per namespace, with what a fresh Debian has: each host sees a file of its own in
 * their place, so that `sysctl -w` works there and never touches the real machine.
 */
export const kernelView: Readonly<Record<string, string>> = {
  'fs/aio-max-nr': '65536',
  'fs/file-max': '9223372036854775807',
  'fs/nr_open': '1073741816',
  'fs/inotify/max_queued_events': '16384',
  'fs/inotify/max_user_instances': '128',
  'fs/inotify/max_user_watches': '65536',
  'fs/protected_fifos': '1',
  'fs/protected_hardlinks': '1',
  'fs/protected_regular': '2',
  'fs/protected_symlinks': '1',
  'fs/suid_dumpable': '0',
  'kernel/core_pattern': 'core',
  'kernel/core_uses_pid': '1',
  'kernel/dmesg_restrict': '1',
  'kernel/kptr_restrict': '0',
  'kernel/panic': '0',
  'kernel/panic_on_oops': '0',
  'kernel/perf_event_paranoid': '3',
  'kernel/pid_max': '4194304',
  'kernel/printk': '4\t4\t1\t7',
  'kernel/randomize_va_space': '2',
  'kernel/sysrq': '438',
  'kernel/threads-max': '127234',
  'kernel/unprivileged_bpf_disabled': '2',
  'kernel/yama/ptrace_scope': '0',
  'kernel/keys/root_maxbytes': '25000000',
  'kernel/keys/root_maxkeys': '1000000',
  'vm/dirty_background_bytes': '0',
  'vm/dirty_background_ratio': '10',
  'vm/dirty_bytes': '0',
  'vm/dirty_expire_centisecs': '3000',
  'vm/dirty_ratio': '20',
  'vm/dirty_writeback_centisecs': '500',
  'vm/max_map_count': '1048576',
  'vm/min_free_kbytes': '67584',
  'vm/nr_hugepages': '0',
  'vm/overcommit_memory': '0',
  'vm/overcommit_ratio': '50',
  'vm/panic_on_oom': '0',
  'vm/swappiness': '60',
  'vm/vfs_cache_pressure': '100',
  'vm/zone_reclaim_mode': '0',
  'net/netfilter/nf_conntrack_max': '262144',
};

/** Where a host keeps its own view, inside its file system. */
export const VIEW_FOLDER = '/usr/lib/keybuzz-twin';

/** The view is written to a folder, from which it is copied afresh at each boot. */
export function writeKernelView(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const setting of visible()) writeFileSync(`${folder}/${fileOf(setting)}`, `${kernelView[setting]}\n`);
  // The machine's swap is not the host's: a host has none to switch off.
  writeFileSync(`${folder}/swaps`, 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n');
}

/** The binds for systemd-nspawn; its sources under /proc are looked up inside the host. */
export function kernelBinds(): string[] {
  const settings = visible().map((setting) => `--bind=${VIEW_FOLDER}/${fileOf(setting)}:/proc/sys/${setting}`);
  return [...settings, `--bind=${VIEW_FOLDER}/swaps:/proc/swaps`];
}

function visible(): string[] {
  return Object.keys(kernelView).filter((setting) => existsSync(`/proc/sys/${setting}`));
}

function fileOf(setting: string): string {
  return setting.replaceAll('/', '.');
}
