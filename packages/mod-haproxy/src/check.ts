import { sh, type Command } from '@keybuzz/sdk';
import { fragments, mainFile } from './places.ts';

/** Succeeds when the whole configuration would be valid with the candidate as that fragment; the live files stay as they are. */
export function validWith(candidate: string, fragment: string): Command {
  // What follows the two dashes may be nothing at all: the first fragment of a host.
  return sh`haproxy -c -f ${mainFile} -f ${candidate} -- $(find ${fragments} -maxdepth 1 -name '*.cfg' ! -name '.*' ! -name ${fragment})`;
}

/** Succeeds when the fragments would be valid with the candidate as main file. */
export function validAsMain(candidate: string): Command {
  return sh`haproxy -c -f ${candidate} -f ${fragments}`;
}
