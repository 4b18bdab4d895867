import { Failure } from '../command/index.ts';
import { together, type Operation } from '../converge/index.ts';
import { file } from './file.ts';

/** A source of packages; it is trusted only through its own key. */
export interface RepositoryOptions {
  /** Names its files: /etc/apt/sources.list.d/NAME.sources and so on. */
  readonly name: string;
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
  const key = keyring === signingKey ? [] : [file(keyring, signingKey)];
  const preferences = pin === undefined ? [] : [file(`/etc/apt/preferences.d/${name}`, pinned(pin))];
  return together(`packages of ${name} can be installed`, [...key, ...preferences, file(`/etc/apt/sources.list.d/${name}.sources`, sources(options, keyring))]);
}

/** apt tells the two kinds of keyring by their suffix. */
function keyringOf(name: string, key: string | Uint8Array): string {
  if (typeof key === 'string' && key.startsWith('/')) return key;
  const armoured = typeof key === 'string' && key.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----');
  if (typeof key === 'string' && !armoured) throw new Failure('badConfig', `the signing key of ${name} is neither an ASCII armoured key, nor bytes, nor the path of a keyring`);
  return `/etc/apt/keyrings/${name}.${armoured ? 'asc' : 'gpg'}`;
}

function sources({ uris, suites, components = [], architectures = [] }: RepositoryOptions, keyring: string): string {
  const fields: [string, readonly string[]][] = [
    ['Types', ['deb']],
    ['URIs', uris],
    ['Suites', suites],
    ['Components', components],
    ['Architectures', architectures],
    ['Signed-By', [keyring]],
  ];
  const lines = fields.filter(([, values]) => values.length > 0).map(([field, values]) => `${field}: ${values.join(' ')}\n`);
  return `# Written by keybuzz: edits here are overwritten.\n${lines.join('')}`;
}

function pinned({ priority, origin, packages = ['*'] }: NonNullable<RepositoryOptions['pin']>): string {
  return `# Written by keybuzz: edits here are overwritten.\nPackage: ${packages.join(' ')}\nPin: origin ${origin}\nPin-Priority: ${priority}\n`;
}
