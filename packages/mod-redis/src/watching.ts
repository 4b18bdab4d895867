import { fact, type Command, type Fact } from '@keybuzz/sdk';
import { askSentinel, type Asked } from './cli.ts';

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

/** Prints everything a Sentinel says of the master, of the others, and of itself. */
export function watchingAsked(asked: Asked, masterName: string): Command {
  return askSentinel(asked, [`SENTINEL MASTER ${masterName}`, 'PING', `SENTINEL REPLICAS ${masterName}`, 'PING', `SENTINEL SENTINELS ${masterName}`, 'PING', 'INFO']);
}

/** What the Sentinel of a host says; undefined when it does not answer, or watches no master of that name. */
export function watchingSeen(asked: Asked, masterName: string): Fact<Watching | undefined> {
  return fact({ name: 'what Sentinel sees', command: watchingAsked(asked, masterName), anyExit: true, parse: ({ stdout }) => watchingOf(stdout) });
}

/** The answers one after the other, a PONG between them; each is names and values on lines in turn. */
export function watchingOf(text: string): Watching | undefined {
  const [master = '', replicas = '', sentinels = '', own = ''] = text.replace(/^(?:(?:OK|WRONGPASS .*)\n+)*/, '').split(/^PONG\n/m);
  const [seen] = entries(master);
  if (seen?.['ip'] === undefined) return undefined;
  return { master: seen, replicas: entries(replicas), sentinels: entries(sentinels), tilt: /^sentinel_tilt:1/m.test(own) };
}

function entries(text: string): readonly Entry[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const found: Record<string, string>[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [key = '', value = ''] = lines.slice(at, at + 2);
    // Every entry begins with its name.
    if (key === 'name') found.push({});
    const last = found.at(-1);
    if (last !== undefined && key !== '') last[key] = value;
  }
  return found;
}
