import { quote, type UploadTarget } from '../command/index.ts';

/** What the host says on standard output before it takes the content. */
export const ready = { go: 'kb-upload ready', noGzip: 'kb-upload no-gzip' } as const;

/** Bytes of compressed content between two lengths on the wire. */
export const pieceSize = 1024 * 1024;

/**
 * A shell script that reads pieces from its standard input, each after a line with its length, and at last the line
 * `0 SHA256`. Only then, and only when the decompressed content has that sum, the file takes its place. Whatever
 * breaks before leaves nothing.
 */
export function uploadScript(target: UploadTarget): string {
  return [
    ...draft(target),
    `command -v gzip >/dev/null || { echo '${ready.noGzip}'; exit 0; }`,
    `echo '${ready.go}'`,
    // The first member of the pipe splits what it reads: the sum goes around gzip through descriptor 4.
    'want=$( { while read -r n rest; do',
    '    if [ "$n" = 0 ]; then echo "$rest" >&4; break; fi',
    '    head -c "$n" || exit 1',
    '  done | gzip -dc >"$new"; } 4>&1 ) || exit 1',
    '[ -n "$want" ] || { echo "the content broke off" >&2; exit 1; }',
    ...place(target),
  ].join('\n');
}

/** The script that puts a file which is already on the host, whole or not, in its place; then the file is gone. */
export function adoptScript(file: string, target: UploadTarget, sum: string): string {
  return [...draft(target), `cat ${quote(file)} >"$new" || exit 1`, `want=${sum}`, ...place(target), `rm -f ${quote(file)}`].join('\n');
}

function draft({ path }: UploadTarget): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1) || '/';
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [
    'umask 077; export LC_ALL=C',
    `[ ! -d ${quote(path)} ] || { echo ${quote(`${path} is a directory`)} >&2; exit 1; }`,
    `new=$(mktemp ${quote(`${folder}.${name}.XXXXXXXX`)}) || exit 1`,
    `trap 'rm -f "$new"' EXIT`,
    `trap 'exit 1' HUP INT PIPE TERM`,
  ];
}

function place({ path, mode = 0o644, owner }: UploadTarget): string[] {
  return [
    'got=$(sha256sum <"$new") || exit 1',
    '[ "${got%% *}" = "$want" ] || { echo "the content was damaged on its way" >&2; exit 1; }',
    // After chown, which takes the setuid bits away.
    ...(owner === undefined ? [] : [`chown ${quote(owner)} "$new" || exit 1`]),
    `chmod ${mode.toString(8).padStart(4, '0')} "$new" || exit 1`,
    // A file that survives a power cut under its name must have its content.
    'sync "$new" || exit 1',
    `mv -f "$new" ${quote(path)}`,
  ];
}
