/** What a server says of itself. */
export interface Replication {
  readonly role: 'master' | 'replica';
  /** Address of the master that it follows; undefined for a master. */
  readonly masterAddress: string | undefined;
  /** Whether what it follows is there; true for a master. */
  readonly linkUp: boolean;
  /** It reads what it has from its disk, or copies what its master has: it takes its time, and nothing is wrong. */
  readonly busy: boolean;
  /** Replicas that follow it. */
  readonly replicas: number;
  /** Keys of all databases. */
  readonly keys: number;
  readonly usedMemory: number;
  /** Bytes; 0 for no limit. */
  readonly maxMemory: number;
  readonly version: string;
  /** What went wrong with its files at last; nothing when all is well. */
  readonly unsaved: readonly string[];
}

/** INFO as Redis prints it: `key:value` lines; undefined when there is none. */
export function replicationOf(text: string): Replication | undefined {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const of = (key: string): string | undefined => lines.find((line) => line.startsWith(`${key}:`))?.slice(key.length + 1);
  const role = of('role');
  if (role === undefined) return undefined;
  const keys = lines.flatMap((line) => /^db\d+:keys=(\d+),/.exec(line)?.[1] ?? []).reduce((sum, count) => sum + Number(count), 0);
  const saving = ['rdb_last_bgsave_status', 'aof_last_bgrewrite_status', 'aof_last_write_status'];
  return {
    role: role === 'master' ? 'master' : 'replica',
    masterAddress: of('master_host'),
    linkUp: role === 'master' || of('master_link_status') === 'up',
    busy: of('loading') === '1' || of('master_sync_in_progress') === '1',
    replicas: Number(of('connected_slaves') ?? 0),
    keys,
    usedMemory: Number(of('used_memory') ?? 0),
    maxMemory: Number(of('maxmemory') ?? 0),
    version: of('valkey_version') ?? of('redis_version') ?? 'unknown',
    unsaved: saving.filter((key) => (of(key) ?? 'ok') !== 'ok'),
  };
}
