import { Failure } from '../command/failure.ts';
import { Secret } from './secret.ts';

/** What is encoded: a secret, for a file that only its service reads, or a plain text. */
type Text = Secret | string;

const plain = (text: Text): string => (text instanceof Secret ? text.reveal() : text);

/** A part of a URL, such as the password of `postgres://user:…@host/`. */
export function urlPart(text: Text): string {
  // encodeURIComponent leaves these five, of which clients treat some as syntax.
  return encodeURIComponent(plain(text)).replaceAll(/[!'()*]/g, (c) => `%${c.codePointAt(0)?.toString(16).toUpperCase() ?? ''}`);
}

/** A literal of PostgreSQL with standard_conforming_strings, quotes included. */
export function sqlLiteral(text: Text): string {
  return `'${whole(plain(text), 'an SQL literal').replaceAll("'", "''")}'`;
}

/** A literal of MySQL and MariaDB without NO_BACKSLASH_ESCAPES, quotes included. */
export function mysqlLiteral(text: Text): string {
  return `'${whole(plain(text), 'an SQL literal').replaceAll('\\', String.raw`\\`).replaceAll("'", "''")}'`;
}

/** A value of a POSIX environment file, quotes included; `sh` and systemd's EnvironmentFile read it alike. */
export function shellValue(text: Text): string {
  const value = whole(plain(text), 'a shell value');
  return `"${value.replaceAll(/[\\"$`]/g, String.raw`\$&`)}"`;
}

/** A value of an INI file: one line that starts and ends with no blank, quote or comment sign. Others are refused, because readers differ on how to quote them. */
export function iniValue(text: Text): string {
  const value = plain(text);
  if (/[\r\n\0]|^[\s;#"']|[\s"']$|\s[;#]/.test(value)) throw refused(text, 'an INI value: readers differ on quotes, comment signs and blanks');
  return value;
}

/** A YAML scalar, double-quoted, as every reader of YAML 1.1 and 1.2 understands it; JSON is the same. */
export function yamlScalar(text: Text): string {
  return JSON.stringify(plain(text));
}

function whole(value: string, sink: string): string {
  if (value.includes('\0')) throw refused(value, sink);
  return value;
}

/** The text itself is not shown: it may be a secret. */
function refused(text: Text, sink: string): Failure {
  return new Failure('badConfig', `${text instanceof Secret ? `the secret ${text.name}` : 'a text'} cannot be ${sink}`, text instanceof Secret ? { next: `keybuzz secrets rotate ${text.name}` } : {});
}
