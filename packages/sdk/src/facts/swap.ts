import { Command } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';

/** Where swap is, and what would bring it back at the next boot. */
export interface SwapState {
  /** Devices and files swapped to now. In a container always empty: the kernel shows it the swap of its machine. */
  readonly active: readonly string[];
  /** Lines of /etc/fstab that mount swap. */
  readonly fstab: readonly string[];
  /** Units that start swap and are not masked: `*.swap`, and services that make zram or a swap file. */
  readonly units: readonly string[];
}

// Shell built-ins only. A masked unit is a link to /dev/null, hence a character device to `test`.
const ask = new Command(
  [
    '[ -e /run/systemd/container ] || while read -r path kind size rest; do case $size in [0-9]*) printf \'active %s\\n\' "$path" ;; esac; done </proc/swaps',
    '[ -r /etc/fstab ] && while IFS= read -r line; do printf \'fstab %s\\n\' "$line"; done </etc/fstab',
    'for folder in /run/systemd/generator /run/systemd/generator.late /etc/systemd/system /usr/lib/systemd/system; do',
    'for unit in "$folder"/*.swap "$folder"/zramswap.service "$folder"/zram-config.service "$folder"/dphys-swapfile.service; do',
    '[ -f "$unit" ] && [ ! -c "/etc/systemd/system/${unit##*/}" ] && printf \'unit %s\\n\' "${unit##*/}"',
    'done; done; :',
  ].join('\n'),
);

const asked: Fact<SwapState> = fact({
  name: 'swap',
  command: ask,
  parse: ({ stdout }) => {
    const told = (kind: string): string[] => [...stdout.matchAll(new RegExp(`^${kind} (.*)$`, 'gm'))].map(([, rest]) => rest ?? '');
    return {
      active: told('active').map((path) => path.replaceAll(String.raw`\040`, ' ')),
      fstab: told('fstab').filter((line) => /^\s*[^#\s]\S*\s+\S+\s+swap(\s|$)/.test(line)),
      units: [...new Set(told('unit'))],
    };
  },
});

/** Whether the host swaps, now or after a boot. */
export function swapState(): Fact<SwapState> {
  return asked;
}
