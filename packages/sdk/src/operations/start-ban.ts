import { sh, type Command } from '../command/index.ts';
import { startBan } from '../facts/apt.ts';

const { path, lock, mark } = startBan;

/**
 * The command runs while the packages it installs cannot start their services. A ban of the host's own stays as it is.
 * The lock tells a ban in use from one that a cut left behind.
 */
export function withoutStarts(command: Command): Command {
  const script = `#!/bin/sh\n${mark}\nexit 101\n`;
  return sh`mkdir -p /run/keybuzz; exec 9>${lock}; flock 9 || exit 1
if [ ! -e ${path} ] || grep -qxF ${mark} ${path}; then trap ${`rm -f ${path}`} EXIT; printf %s ${script} >${path}.new; chmod 755 ${path}.new; mv ${path}.new ${path}; fi
( ${command}
) 9>&-`;
}
