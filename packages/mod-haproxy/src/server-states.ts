import { dropIn, hostProgram, hostProgramPath, unit, type Operation } from '@keybuzz/sdk';
import { fragments, mainFile, runtimeSocket, serverStates } from './places.ts';

const name = 'haproxy-server-states';

/**
 * HAProxy holds a server for well until a check has failed: for up to a second after each reload and start, two of three
 * connections to a primary would go to a server that takes no writes. So it begins with what the process before it knew,
 * and holds a server that is checked and that it did not know for down until its checks succeed. This program, which runs
 * before each start and each reload, writes down what it is to begin with.
 */
// Perl is essential in Debian and Ubuntu. The first 20 fields are all that is kept: those after them would outlast a change of the configuration (src/server_state.c).
export const program = String.raw`#!/usr/bin/perl
# Writes what HAProxy begins with. Arguments: SOCKET FILE CONFIGURATION...
# A server that the running process knows by this name and address stays as it is. Another one that is checked is down.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($socket, $to, @configuration) = @ARGV;
# What an earlier boot knew is worth nothing.
unlink $to, "$to.new";
alarm 5;

my %known;
if (my $running = IO::Socket::UNIX->new(Peer => $socket)) {
  print $running "show servers state\n";
  while (<$running>) {
    my @fields = split;
    next if /^#/ or @fields < 20;
    $known{"$fields[1] $fields[3] $fields[4]:$fields[18]"} = join ' ', @fields[0 .. 19];
  }
}

my $states = "1\n";
for my $path (map { -d $_ ? sort glob "$_/*.cfg" : $_ } @configuration) {
  my ($backend, $checked) = ('', 0);
  open my $file, '<', $path or next;
  while (<$file>) {
    s/#.*//;
    my ($word, $name, $address) = split or next;
    if ($word =~ /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|ring|cache|program|log-forward|http-errors|fcgi-app|crt-store|traces)$/) {
      ($backend, $checked) = ($word =~ /^(backend|listen)$/ ? $name : '', 0);
    } elsif ($word eq 'default-server') {
      $checked = 1 if /\scheck\s/;
    } elsif ($word eq 'server' and $backend ne '' and defined $address and $address =~ /^(.*):(\d+)$/) {
      my ($ip, $port) = ($1, $2);
      my $before = $known{"$backend $name $ip:$port"};
      if (defined $before) {
        $states .= "$before\n";
      } elsif ($checked ? !/\sno-check\s/ : /\scheck\s/) {
        $states .= "0 $backend 0 $name $ip 0 0 1 1 0 1 0 0 6 0 0 0 - $port -\n";
      }
    }
  }
}

open my $file, '>', "$to.new" or die "$to.new: $!\n";
print $file $states;
close $file or die "$to.new: $!\n";
rename "$to.new", $to or die "$to: $!\n";
`;

const write = [hostProgramPath(name), runtimeSocket, serverStates, mainFile, fragments].join(' ');

/** The settings of the unit: the distribution's own reload, with the states between the check and the signal. A start or a reload does not fail for them. */
const settings = unit(
  {
    Service: {
      ExecStartPre: `-${write}`,
      ExecReload: ['', '/usr/sbin/haproxy -Ws -f $CONFIG -c $EXTRAOPTS', `-${write}`, '/bin/kill -USR2 $MAINPID'],
    },
  },
  { module: 'haproxy' },
);

/** A new process of HAProxy, however it comes to be, leads no connection to a server that no check has found well. */
export function statesKept(): readonly Operation[] {
  return [hostProgram(name, program), dropIn('haproxy', 'keybuzz', settings)];
}
