import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.ts';
import { run } from './run.ts';
import { stateRoot } from './state.ts';

// What a fleet of systemds shares on one kernel: beyond 19 of them the first default is exhausted and the next does
// not boot; beyond 30 hosts that all know each other the neighbour table overflows.
const wanted: Readonly<Record<string, number>> = {
  'fs/inotify/max_user_instances': 8192,
  'fs/inotify/max_user_watches': 524_288,
  'net/ipv4/neigh/default/gc_thresh3': 65_536,
  'net/ipv4/neigh/default/gc_thresh2': 32_768,
  'net/ipv4/neigh/default/gc_thresh1': 16_384,
  'kernel/keys/maxkeys': 20_000,
  'fs/aio-max-nr': 1_048_576,
};

// What hosts expect their kernel to have; a host cannot load modules, so what exists is loaded for it.
const modules = ['overlay', 'loop', 'veth', 'bridge', 'br_netfilter', 'nf_tables', 'nft_compat', 'nf_conntrack', 'ip_tables', 'iptable_filter',
  'iptable_nat', 'ip6table_filter', 'ip6_tables', 'xt_conntrack', 'xt_comment', 'xt_LOG', 'xt_limit', 'xt_recent', 'xt_MASQUERADE', 'vxlan', 'ip_set'];

function record(): string {
  return `${stateRoot()}/machine.json`;
}

/** The machine has room for a fleet; what its limits were is recorded before they are raised. */
export async function raiseLimits(): Promise<void> {
  await withLock(`${stateRoot()}/machine.lock`, 10_000, raise);
  if (existsSync('/lib/modules')) await run(['modprobe', '--all', '--quiet', ...modules], { okay: 'any' }).catch(() => {});
}

/** The limits are what they were, if no twin is left on this machine. */
export async function restoreLimits(): Promise<void> {
  await withLock(`${stateRoot()}/machine.lock`, 10_000, restore);
}

async function raise(): Promise<void> {
  const before = existsSync(record()) ? (JSON.parse(readFileSync(record(), 'utf8')) as Record<string, string>) : {};
  for (const [setting, value] of Object.entries(wanted)) {
    const file = `/proc/sys/${setting}`;
    if (!existsSync(file)) continue;
    const now = readFileSync(file, 'utf8').trim();
    if (Number(now) >= value) continue;
    before[setting] ??= now;
    writeFileSync(record(), JSON.stringify(before));
    writeFileSync(file, `${value}`);
  }
}

async function restore(): Promise<void> {
  if (!existsSync(record()) || twinFolders().length > 0) return;
  const before = JSON.parse(readFileSync(record(), 'utf8')) as Record<string, string>;
  for (const [setting, value] of Object.entries(before).toReversed()) {
    const file = `/proc/sys/${setting}`;
    // A value that is no longer ours was set by someone else meanwhile.
    if (Number(readFileSync(file, 'utf8')) === wanted[setting]) writeFileSync(file, value);
  }
  rmSync(record());
}

/** The names of the twins that have a folder on this machine, up or half up. */
export function twinFolders(): string[] {
  if (!existsSync(stateRoot())) return [];
  return readdirSync(stateRoot(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^kb-[0-9a-f]{6}$/u.test(entry.name))
    .map((entry) => entry.name);
}
