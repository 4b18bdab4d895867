import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';
import { overFiles } from './over-files.ts';

const longest = 262_144;

/** The text of a regular file for the reader of a plan: empty where there is none, a note in place of what cannot be shown. */
export const fileText: (path: string) => Fact<string> = reader<string>({
  name: 'file texts',
  command: (paths) => overFiles(paths, sh`for each do printf '%s\0' "$each"; head -c ${longest} -- "$each" | base64 -w 0; printf '\0'; done`),
  parse: ({ stdout }, paths) => {
    const texts = new Map<string, string>(paths.map((path) => [path, '']));
    const fields = stdout.split('\0');
    for (let at = 0; at + 2 < fields.length; at += 2) texts.set(fields[at] ?? '', readable(Buffer.from(fields[at + 1] ?? '', 'base64')));
    return texts;
  },
});

/** Bytes as text, or a note of what they are when they are not text or too many. */
export function readable(bytes: Uint8Array): string {
  if (bytes.length >= longest) return `(${longest} bytes or more, not shown)\n`;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return /[\0\uFFFD]/.test(text) ? `(binary, ${bytes.length} bytes)\n` : text;
}
