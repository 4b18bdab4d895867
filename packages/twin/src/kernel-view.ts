import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a host keeps its own view of the kernel settings, inside its file system. */
export const VIEW_FOLDER = '/var/lib/keybuzz-twin';

// Whole folders, because every mount makes each sandboxed service of a host slower to start (0.8 ms a piece).
const folders = ['vm', 'fs', 'kernel'] as const;

// Inside those folders, what belongs to the host or must be read live.
const live = ['kernel/hostname', 'kernel/domainname', 'kernel/random/uuid'] as const;

/** What a fresh Debian of a 4 GB server has, where it differs from machine to machine. */
export const freshDebian: Readonly<Record<string, string>> = {
  'fs/aio-max-nr': '65536',
  'fs/file-max': '9223372036854775807',
  'fs/inotify/max_queued_events': '16384',
  'fs/inotify/max_user_instances': '128',
  'fs/inotify/max_user_watches': '29532',
  'fs/protected_fifos': '1',
  'fs/protected_hardlinks': '1',
  'fs/protected_regular': '2',
  'fs/protected_symlinks': '1',
  'fs/suid_dumpable': '0',
  'kernel/core_pattern': 'core',
  'kernel/core_uses_pid': '1',
  'kernel/dmesg_restrict': '1',
  'kernel/keys/root_maxbytes': '25000000',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/kptr_restrict': '0',
  'kernel/panic': '0',
  'kernel/panic_on_oops': '0',
  'kernel/perf_event_paranoid': '3',
  'kernel/pid_max': '4194304',
  'kernel/printk': '4\t4\t1\t7',
  'kernel/randomize_va_space': '2',
  'kernel/sysrq': '438',
  'kernel/threads-max': '30803',
  'kernel/unprivileged_bpf_disabled': '2',
  'kernel/yama/ptrace_scope': '0',
  'vm/dirty_background_bytes': '0',
  'vm/dirty_background_ratio': '10',
  'vm/dirty_bytes': '0',
  'vm/dirty_expire_centisecs': '3000',
  'vm/dirty_ratio': '20',
  'vm/dirty_writeback_centisecs': '500',
  'vm/max_map_count': '1048576',
  'vm/nr_hugepages': '0',
  'vm/overcommit_memory': '0',
  'vm/overcommit_ratio': '50',
  'vm/panic_on_oom': '0',
  'vm/swappiness': '60',
  'vm/vfs_cache_pressure': '100',
  'vm/zone_reclaim_mode': '0',
};

/**
 * The kernel settings that are not per namespace are written to a folder as plain files: each host sees its own copy
 * in their place, so that `sysctl -w` works there and never touches the real machine.
 */
export function writeKernelView(folder: string): void {
  for (const one of folders) copySettings(`/proc/sys/${one}`, `${folder}/${one}`);
  for (const [setting, value] of Object.entries(freshDebian)) {
    mkdirSync(dirname(`${folder}/${setting}`), { recursive: true });
    writeFileSync(`${folder}/${setting}`, `${value}\n`);
  }
  writeFileSync(`${folder}/nf_conntrack_max`, '262144\n');
  // The machine's swap is not the host's: a host has none to switch off.
  writeFileSync(`${folder}/swaps`, 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n');
}

/** The binds for systemd-nspawn: live settings into the view (from outside), then the view over /proc (from inside). */
export function kernelBinds(): string[] {
  return [
    ...live.map((setting) => `--bind=/proc/sys/${setting}:${VIEW_FOLDER}/${setting}`),
    ...folders.map((one) => `--bind=${VIEW_FOLDER}/${one}:/proc/sys/${one}`),
    `--bind=${VIEW_FOLDER}/swaps:/proc/swaps`,
    `--bind=${VIEW_FOLDER}/nf_conntrack_max:/proc/sys/net/netfilter/nf_conntrack_max`,
  ];
}

function copySettings(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copySettings(`${from}/${entry.name}`, `${to}/${entry.name}`);
    else writeFileSync(`${to}/${entry.name}`, readable(`${from}/${entry.name}`));
  }
}

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Some settings can only be written.
    return '\n';
  }
}
