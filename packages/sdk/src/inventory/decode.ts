import { singleByteCharset } from './mojibake.ts';

/** The lines of a text file, without their ends: UTF-8 (a byte-order mark is dropped), UTF-16 by its mark, else Mac Roman or Windows-1252, line by line. */
export function decodeLines(content: Uint8Array | string): readonly string[] {
  if (typeof content === 'string') return split(content.replace(/^\ufeff/, ''));
  if (content[0] === 0xff && content[1] === 0xfe) return split(new TextDecoder('utf-16le').decode(content));
  if (content[0] === 0xfe && content[1] === 0xff) return split(new TextDecoder('utf-16be').decode(content));
  // Rows pasted from different machines: one line that is not UTF-8 must not spoil the others.
  const lines = split(Buffer.from(content).toString('latin1')).map((line) => Buffer.from(line, 'latin1'));
  const foreign = lines.filter((line) => utf8(line) === undefined);
  const charset = foreign.length === 0 ? 'utf-8' : singleByteCharset(Buffer.concat(foreign));
  return lines.map((line, i) => {
    const text = utf8(line) ?? new TextDecoder(charset).decode(line);
    return i === 0 ? text.replace(/^\ufeff/, '') : text;
  });
}

function utf8(line: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return undefined;
  }
}

function split(text: string): readonly string[] {
  return text.split(/\r*\n|\r/);
}
