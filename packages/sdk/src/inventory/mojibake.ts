const letters = 'àâäçéèêëîïôöùûüÿœæñßÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑ';
const marks = '°«»…–—‘’“”€•·²³©®™→\u00a0';
/** What is expected in western notes besides ASCII. */
const expected = new Set(letters + marks);
/** A lower-case letter followed by an accented capital stands in no word. */
const torn = /(?<=\p{Ll})[\p{Lu}--[A-Z]]/gv;

type Charset = 'windows-1252' | 'macintosh';
const charsets: readonly Charset[] = ['windows-1252', 'macintosh'];
const high = Uint8Array.from({ length: 128 }, (_, i) => i + 128);
const toText: Readonly<Record<Charset, string>> = { 'windows-1252': decode('windows-1252', high), macintosh: decode('macintosh', high) };

function decode(charset: string, bytes: Uint8Array): string {
  return new TextDecoder(charset).decode(bytes);
}

/** The byte of a character above ASCII in a charset; undefined when it has none. */
function byteOf(charset: Charset, character: string): number | undefined {
  const index = toText[charset].indexOf(character);
  return index < 0 ? undefined : index + 128;
}

/** The charset in which these bytes, known not to be UTF-8, read as western text. */
export function singleByteCharset(bytes: Uint8Array): Charset {
  const score = (charset: Charset): number => {
    const text = decode(charset, bytes);
    const odd = [...text].reduce((sum, c) => sum + (c <= '\x7f' ? 0 : expected.has(c) ? 1 : -2), 0);
    return odd - 3 * [...text.matchAll(torn)].length;
  };
  return score('macintosh') > score('windows-1252') ? 'macintosh' : 'windows-1252';
}

/** The text with letters that were certainly read in a wrong charset put right; anything doubtful stays as it is. */
export function repaired(text: string): string {
  let now = text;
  // Read wrongly twice is common, three times is not.
  for (let round = 0; round < 3; round += 1) {
    const next = charsets.reduce((t, charset) => utf8ReadAs(charset, t), now);
    if (next === now) break;
    now = next;
  }
  return oneForAnother(now);
}

/** Undoes UTF-8 read as a single-byte charset: `Ã©` and `√©` are é. */
function utf8ReadAs(charset: Charset, text: string): string {
  const characters = [...text];
  let out = '';
  for (let i = 0; i < characters.length; ) {
    const lead = byteOf(charset, characters[i] ?? '') ?? 0;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
    const bytes = characters.slice(i, i + length).map((c) => byteOf(charset, c) ?? 0);
    const one = length > 1 && bytes.length === length ? decode('utf-8', Uint8Array.from(bytes)) : '';
    // In the charset itself: it may have been read wrongly once more.
    const sure = [...one].length === 1 && (expected.has(one) || byteOf(charset, one) !== undefined);
    out += sure ? one : characters[i];
    i += sure ? length : 1;
  }
  return out;
}

/** Undoes one single-byte charset read as the other (`intŽgrŽ`, `intÈgrÈ`), when a torn word proves it and only one reading makes sense. */
function oneForAnother(text: string): string {
  const places = [...text.matchAll(torn)].map((m) => m.index);
  if (places.length === 0) return text;
  const readings = charsets.flatMap((charset) => {
    const other = charset === 'macintosh' ? 'windows-1252' : 'macintosh';
    const bytes = [...text].map((c) => (c <= '\x7f' ? c.charCodeAt(0) : byteOf(charset, c)));
    if (bytes.includes(undefined)) return [];
    const reading = decode(other, Uint8Array.from(bytes as number[]));
    const sensible = [...reading].every((c) => c <= '\x7f' || expected.has(c)) && places.every((i) => /^\p{Ll}$/u.test(reading[i] ?? ''));
    return sensible ? [reading] : [];
  });
  return readings.length === 1 ? (readings[0] ?? text) : text;
}
