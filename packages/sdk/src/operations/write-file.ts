import { quote, sh, type Command } from '../command/index.ts';
import { candidateOf, octal, parentOf, type Owner } from './path.ts';

/** Where and how a file is written. */
export interface WriteOptions {
  readonly owner: Owner;
  readonly mode: number;
  /** The checker that the host runs on the candidate before it takes the old file's place. */
  readonly validate?: ((candidate: string) => Command) | undefined;
  /** How many old versions stay under `backups`. */
  readonly backup?: number | undefined;
}

/** Old versions of a file stand here, under its own path, named by the time they were replaced; only root enters. */
export const backups = '/var/backups/keybuzz';

/**
 * What it reads stands at the path, whole, with its owner and mode; or, when anything fails (no space, no such
 * user, the checker's no), the old file is untouched and nothing is left beside it.
 */
export function writeFile(path: string, options: WriteOptions): Command {
  const folder = parentOf(path);
  const candidate = candidateOf(path);
  const owner = `${options.owner.user}:${options.owner.group}`;
  const steps = [
    // O_EXCL, so that a link planted in a folder of the service's own user is not followed.
    sh`( set -C; cat >${candidate} )`,
    sh`chown -h ${owner} ${candidate}`,
    sh`chmod ${octal(options.mode)} ${candidate}`,
    ...(options.validate === undefined ? [] : [checked(path, options.validate(candidate))]),
    // Without it a power cut may leave an empty file under the final name.
    sh`sync -d ${candidate}`,
    ...((options.backup ?? 0) > 0 ? [kept(path, options.backup ?? 0)] : []),
    sh`mv -T ${candidate} ${path}`,
  ];
  const write = steps.reduce((line, step) => sh`${line} && ${step}`);
  return sh`${standing(folder, path)} umask 077; rm -f ${candidate}; ${write} || { code=$?; rm -f ${candidate}; exit $code; }`;
}

function standing(folder: string, path: string): Command {
  const noFolder = `${path}: its folder ${folder} is not there; a directory(${JSON.stringify(folder)}) must come before it`;
  const isFolder = `${path} is a directory, a file is wanted there`;
  return sh`[ -d ${folder} ] || { printf '%s\n' ${noFolder} >&2; exit 1; }; [ -L ${path} ] || [ ! -d ${path} ] || { printf '%s\n' ${isFolder} >&2; exit 1; };`;
}

function checked(path: string, check: Command): Command {
  const checker = check.text.replaceAll(quote(candidateOf(path)), quote(path)).split('\n', 1).join().slice(0, 120);
  const refusal = `${path} is as it was: the new content was refused by: ${checker}`;
  return sh`{ ( ${check} ) </dev/null >&2 || { code=$?; printf '%s\n' ${refusal} >&2; ( exit $code ); }; }`;
}

function kept(path: string, count: number): Command {
  const folder = `${backups}${path}`;
  return sh`{ [ ! -f ${path} ] || { mkdir -p ${folder} && cp -p ${path} ${folder}/"$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)" && ls ${folder} | head -n -${count} | while read -r old; do rm -f ${folder}/"$old"; done; }; }`;
}
