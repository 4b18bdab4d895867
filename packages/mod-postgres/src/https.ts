import { reader, sh, type Fact } from '@keybuzz/sdk';

/** A question to a service, with what its answer is trusted by; with `data` it is a POST. */
export interface Question {
  readonly url: string;
  readonly authority: string;
  /** What the asking host shows of itself. */
  readonly identity?: { readonly certificate: string; readonly key: string };
  readonly data?: string;
  /** Seconds. */
  readonly within: number;
}

/** What a service answered: the status and the document. */
export interface Reply {
  readonly status: number;
  readonly document: unknown;
}

// No line of a document begins so.
const mark = '=status ';

/** Everything that is asked of services at one moment, by one curl: starting it costs more than an answer, and a service that keeps the connection is greeted once. */
const replies = reader<Reply | undefined>({
  name: 'services over HTTPS',
  anyExit: true,
  command: (keys) => sh`curl ${keys.flatMap((key, at) => [...(at === 0 ? [] : ['--next']), ...words(JSON.parse(key) as Question)])}`,
  parse: ({ stdout }, keys) => {
    const parts = stdout.split(new RegExp(`\n${mark}(\\d{3})\n`));
    return new Map(keys.map((key, at) => [key, reply(parts[2 * at], parts[2 * at + 1])]));
  },
});

function words({ url, authority, identity, data, within }: Question): readonly string[] {
  const shown = identity === undefined ? [] : ['--cert', identity.certificate, '--key', identity.key];
  const said = data === undefined ? [] : ['--data', data];
  return ['--silent', '--max-time', String(within), '--write-out', String.raw`\n${mark}%{http_code}\n`, '--cacert', authority, ...shown, ...said, url];
}

/** A connection that breaks leaves part of a document. */
function reply(text = '', status = '000'): Reply | undefined {
  if (status === '000') return undefined;
  try {
    return { status: Number(status), document: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** What a service answers; undefined while it does not, or not in JSON. */
export function replied(question: Question): Fact<Reply | undefined> {
  return replies(JSON.stringify(question));
}
