import { sh } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';

/** What an interrupted run may have left in apt's way. */
export interface AptState {
  /** dpkg was cut in the middle of writing its status. */
  readonly interrupted: boolean;
  /** Our ban on starting services during an install is still there, and nobody is installing. */
  readonly banLeft: boolean;
}

/** Forbids service starts while packages are installed; the second line says that it is ours. */
export const startBan = { path: '/usr/sbin/policy-rc.d', lock: '/run/keybuzz/policy-rc.d.lock', mark: '# keybuzz' } as const;

/** What an interrupted run may have left in apt's way. Starts no process on a host where nothing is left. */
export const aptState: Fact<AptState> = fact({
  name: 'apt',
  command: sh`set -- /var/lib/dpkg/updates/[0-9]*; [ ! -e "$1" ] || echo interrupted; line=; [ ! -f ${startBan.path} ] || { read -r line; read -r line; } <${startBan.path}; [ "$line" != ${startBan.mark} ] || { [ -e ${startBan.lock} ] && ! flock -n ${startBan.lock} true; } || echo ban`,
  parse: ({ stdout }) => ({ interrupted: /^interrupted$/m.test(stdout), banLeft: /^ban$/m.test(stdout) }),
});
