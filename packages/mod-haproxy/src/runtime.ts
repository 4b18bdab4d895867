import { sh, type Command } from '@keybuzz/sdk';
import { runtimeSocket } from './places.ts';

// Perl is the one interpreter that is essential in Debian and Ubuntu. The alarm: a process that stops answers nobody, and health must end.
const client = String.raw`use IO::Socket::UNIX; alarm 5; my $s = IO::Socket::UNIX->new(Peer => shift) or die "$!\n"; print $s shift, "\n"; print while <$s>;`;

/** Prints what the running HAProxy answers on its runtime socket; fails within 5 s when it does not. */
export function ask(question: string): Command {
  return sh`perl -e ${client} ${runtimeSocket} ${question}`;
}
