import { sh } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';

const asked: Fact<string> = fact({
  name: 'host name',
  command: sh`read -r name </proc/sys/kernel/hostname && printf '%s\n' "$name"`,
  parse: ({ stdout }) => stdout.trimEnd(),
});

/** The name the kernel has now; the next boot takes it from /etc/hostname. */
export function liveHostname(): Fact<string> {
  return asked;
}
