import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Looks at the arguments of every process of this machine, those in the hosts of a twin included, until it is told to end. */
export function watchArguments(words: readonly string[]): { ends(): Promise<readonly string[]> } {
  const found = new Set<string>();
  let over = false;
  const watching = (async () => {
    while (!over) {
      for (const line of commandLines()) for (const word of words) if (line.includes(word)) found.add(word);
      await pause(5);
    }
  })();
  return {
    async ends() {
      over = true;
      await watching;
      return words.filter((word) => found.has(word));
    },
  };
}

function commandLines(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
