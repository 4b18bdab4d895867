import { Secret } from './secret.ts';

/** A private key and the certificate of its public half, both PEM. */
export interface Bundle {
  /** PKCS#8. */
  readonly key: string;
  readonly certificate: string;
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]+?)\r?\n-----END \1-----\r?\n?/g;

/** A bundle as one text: the key, then the certificate. */
export function bundleText({ key, certificate }: Bundle): string {
  return `${key}${certificate}`;
}

/** The key and the first certificate of a PEM text, in any order; undefined when it has not both. */
export function readBundle(text: string): Bundle | undefined {
  const blocks = [...text.matchAll(block)];
  const key = blocks.find(([, label]) => isKey(label))?.[0];
  const certificate = blocks.find(([, label]) => label === 'CERTIFICATE')?.[0];
  return key === undefined || certificate === undefined ? undefined : { key: whole(key), certificate: whole(certificate) };
}

/** The base64 of every certificate in a PEM text, without line breaks. */
export function certificateBodies(text: string): readonly string[] {
  return [...text.matchAll(block)].flatMap(([, label, body = '']) => (label === 'CERTIFICATE' ? [body.replaceAll(/\s/g, '')] : []));
}

/** True of a text with a private key in it. */
export function holdsPrivateKey(text: string): boolean {
  return [...text.matchAll(block)].some(([, label]) => isKey(label));
}

/** DER as PEM with lines of 64 characters (RFC 7468). */
export function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/**
 * What of a value must never be shown, each part under the value's name. Of PEM that is every line of its private
 * keys, also without line breaks and in base64 as a whole; certificates and the lines around a key are public.
 */
export function secretParts(name: string, value: string): readonly Secret[] {
  const keys = [...value.matchAll(block)].filter(([, label]) => isKey(label));
  if (keys.length === 0 || value.replaceAll(block, '').trim() !== '') return [Secret.of(name, value)];
  return keys.flatMap(([text, , body = '']) => {
    const lines = body.split(/\r?\n/);
    return [...lines, lines.join(''), inBase64(text.trimEnd())].map((part) => Secret.of(name, part));
  });
}

/** Without the last one or two bytes: their encoding depends on what follows, and a file may go on. */
function inBase64(text: string): string {
  return Buffer.from(text).subarray(0, text.length - (text.length % 3)).toString('base64');
}

const isKey = (label: string | undefined): boolean => label?.endsWith('PRIVATE KEY') ?? false;

const whole = (text: string): string => `${text.trimEnd().replaceAll('\r\n', '\n')}\n`;
