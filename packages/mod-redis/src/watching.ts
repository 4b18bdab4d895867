/** A server or another Sentinel, as a Sentinel knows it: the names are Sentinel's own. */
export type Entry = Readonly<Record<string, string>>;

/** What a Sentinel says of the master that it watches. */
export interface Watching {
  /** Name, ip, flags, config-epoch and so on of the master. */
  readonly master: Entry;
  readonly replicas: readonly Entry[];
  /** The others. */
  readonly sentinels: readonly Entry[];
  /** It does not trust its clock, after a pause of its host, and neither acts nor votes for 30 s. */
  readonly tilt: boolean;
}

/** The answers of a Sentinel, each entry names and values in turn, and its INFO; undefined when it watches no master of that name. */
export function watchingOf({ master, replicas, sentinels, info }: { master: unknown; replicas: unknown; sentinels: unknown; info: string }): Watching | undefined {
  const seen = entry(master);
  if (seen['ip'] === undefined) return undefined;
  return { master: seen, replicas: entries(replicas), sentinels: entries(sentinels), tilt: /^sentinel_tilt:1/m.test(info) };
}

function entries(answer: unknown): readonly Entry[] {
  return Array.isArray(answer) ? answer.map(entry) : [];
}

function entry(answer: unknown): Entry {
  const words = Array.isArray(answer) ? answer.map(String) : [];
  return Object.fromEntries(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : [])));
}
