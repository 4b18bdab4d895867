import { Failure, sh } from '../command/index.ts';
import { change, operation, type Operation } from '../converge/index.ts';
import { authorizedKeys } from '../facts/authorized-keys.ts';
import { accountName } from './account-name.ts';

/** The keys, one or several lines of authorized_keys, open the account; with `exclusive` no other key does. */
export function authorizedKey(user: string, keys: string | readonly string[], options: { exclusive?: boolean } = {}): Operation {
  const { exclusive = false } = options;
  const wanted = [keys].flat().map((line) => line.trim());
  const ids = wanted.map(identity);
  return operation({
    title: `${wanted.length === 1 ? 'the key opens' : `${wanted.length} keys open`} ${accountName(user)}${exclusive ? ' and no other does' : ''}`,
    look: { now: authorizedKeys(user) },
    change: ({ now: { lines, safe } }) => {
      // A key that is there with other options is replaced: the wanted line says what it may do.
      const others = lines.filter((line) => !wanted.includes(line) && (line.startsWith('#') || !ids.includes(keyOf(line))));
      const result = exclusive ? wanted : [...lines.filter((line) => others.includes(line) || wanted.includes(line)), ...wanted.filter((line) => !lines.includes(line))];
      if (safe && result.length === lines.length && result.every((line, i) => line === lines[i])) return [];
      return [change(written(user).stdin(`${result.join('\n')}\n`), {
        summary: `write the authorized keys of ${user} (${result.length})`,
        touches: [`keys:${user}`],
        difference: { kind: 'value', what: `authorized keys of ${user}`, from: listed(lines, safe), to: listed(result, true) },
      })];
    },
  });
}

// The home is asked on the host: the account may be made in the same run.
function written(user: string): ReturnType<typeof sh> {
  return sh`umask 077; home=$(getent passwd ${user} | cut -d: -f6); folder=$home/.ssh; [ -d "$home" ] || { echo ${user} 'has no home' "$home" >&2; exit 1; }
[ ! -L "$folder" ] || { echo "$folder is a link; a directory is wanted there" >&2; exit 1; }
mkdir -p "$folder" && chown ${user}: "$folder" && chmod 700 "$folder" && rm -f "$folder/.keys.keybuzz" && ( set -C; cat >"$folder/.keys.keybuzz" ) && chown -h ${user}: "$folder/.keys.keybuzz" && sync -d "$folder/.keys.keybuzz" && mv -T "$folder/.keys.keybuzz" "$folder/authorized_keys" || { code=$?; rm -f "$folder/.keys.keybuzz"; exit $code; }`;
}

const type = /(?:^|\s)((?:ssh-|ecdsa-|sk-)[\w@.-]+)\s+([A-Za-z0-9+/]+=*)/;

function keyOf(line: string): string {
  const [, algorithm, key] = type.exec(line) ?? [];
  return key === undefined ? line : `${algorithm} ${key}`;
}

function identity(line: string): string {
  if (!type.test(line) || line.includes('\n')) throw new Failure('badConfig', `not a line of authorized_keys: ${line.slice(0, 60)}`);
  return keyOf(line);
}

/** The comments of the keys, by which people know them. */
function listed(lines: readonly string[], safe: boolean): string {
  const names = lines.filter((line) => !line.startsWith('#')).map((line) => line.replace(type, '').trim() || keyOf(line).slice(-12));
  return `${names.join(', ') || 'none'}${safe || lines.length === 0 ? '' : ' (wrong owner or mode)'}`;
}
