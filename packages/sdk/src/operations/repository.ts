import { Failure } from '../command/index.ts';
import { together, type Operation } from '../converge/index.ts';
import { os, type OperatingSystem } from '../facts/os.ts';
import { directory } from './directory.ts';
import { file } from './file.ts';

/** A source of packages; it is trusted only through its own key. */
export interface RepositoryOptions {
  /** Names its files: /etc/apt/sources.list.d/NAME.sources and so on. */
  readonly name: string;
  /** In these and in suites, $ID, $CODENAME and $VERSION stand for what the host runs: debian, trixie, 13. */
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  /** None for a flat repository, whose suite ends in a slash. */
  readonly components?: readonly string[];
  /** The key itself, ASCII armoured or binary, or the path of a keyring that is on the host already. */
  readonly signingKey: string | Uint8Array;
  readonly architectures?: readonly string[];
  /** How much its packages are preferred over those of other sources (500 is apt's usual); all of them, or those named. */
  readonly pin?: { readonly priority: number; readonly origin: string; readonly packages?: readonly string[] };
}

/** apt knows the repository and believes it by its own key only. The package lists are fetched by the next packages() that lacks something. */
export function repository(options: RepositoryOptions): Operation {
  const { name, signingKey, pin } = options;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new Failure('badConfig', `not a name for a file of apt: ${JSON.stringify(name)}`);
  const keyring = keyringOf(name, signingKey);
  const key = keyring === signingKey ? [] : [directory('/etc/apt/keyrings'), file(keyring, signingKey)];
  const preferences = pin === undefined ? [] : [file(`/etc/apt/preferences.d/${name}`, pinned(pin))];
  return together(`packages of ${name} can be installed`, [...key, ...preferences, sources(options, keyring)]);
}

const armour = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

/** apt tells the two kinds of keyring by their suffix. */
function keyringOf(name: string, key: string | Uint8Array): string {
  if (typeof key === 'string' && key.startsWith('/')) return key;
  const armoured = Buffer.from(key).includes(armour);
  if (typeof key === 'string' && !armoured) throw new Failure('badConfig', `the signing key of ${name} is neither an ASCII armoured key, nor bytes, nor the path of a keyring`);
  return `/etc/apt/keyrings/${name}.${armoured ? 'asc' : 'gpg'}`;
}

function sources(options: RepositoryOptions, keyring: string): Operation {
  const { name, uris, suites, components = [], architectures = [] } = options;
  const fields: [string, readonly string[]][] = [
    ['Types', ['deb']],
    ['URIs', uris],
    ['Suites', suites],
    ['Components', components],
    ['Architectures', architectures],
    ['Signed-By', [keyring]],
  ];
  const lines = fields.filter(([, values]) => values.length > 0).map(([field, values]) => `${field}: ${values.join(' ')}\n`);
  const text = `# Written by keybuzz: edits here are overwritten.\n${lines.join('')}`;
  const path = `/etc/apt/sources.list.d/${name}.sources`;
  const written = file(path, text);
  if (!text.includes('$')) return written;
  return {
    title: written.title,
    facts: [os(), ...written.facts],
    changes: (seen, turn) => file(path, filled(text, seen(os()))).changes(seen, turn),
  };
}

function filled(text: string, { id, codename, version }: OperatingSystem): string {
  const values: Readonly<Record<string, string>> = { ID: id, CODENAME: codename, VERSION: version };
  return text.replaceAll(/\$([A-Z]+)\b/g, (placeholder, name: string) => values[name] ?? placeholder);
}

function pinned({ priority, origin, packages = ['*'] }: NonNullable<RepositoryOptions['pin']>): string {
  return `# Written by keybuzz: edits here are overwritten.\nPackage: ${packages.join(' ')}\nPin: origin ${origin}\nPin-Priority: ${priority}\n`;
}
