import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** What dpkg knows of a package. */
export interface PackageState {
  /** The version that is unpacked and configured; undefined when it is not installed, or only half. */
  readonly version: string | undefined;
  /** dpkg's own word: installed, config-files, half-configured, …; not-installed when it knows nothing. */
  readonly status: string;
  readonly held: boolean;
}

const format = ['Package', 'Architecture', 'db:Status-Status', 'db:Status-Want', 'Version'].map((field) => `\${${field}}`).join('\\t') + '\\n';

/** What dpkg knows of a package, by name or `name:architecture`. One `dpkg-query` for all packages. */
export const packageState: (name: string) => Fact<PackageState> = reader<PackageState>({
  name: 'packages',
  command: (names) => sh`dpkg-query -W -f ${format} -- ${names}`,
  // It exits 1 when one of the names is unknown to it, which is an answer.
  anyExit: true,
  parse: ({ code, stdout, stderr }, names) => {
    if (code > 1) throw new Error(stderr.trim());
    const known = new Map<string, PackageState>();
    for (const line of stdout.split('\n').filter((each) => each !== '')) {
      const [name = '', architecture = '', status = '', want = '', version = ''] = line.split('\t');
      const state = { version: status === 'installed' ? version : undefined, status, held: want === 'hold' };
      known.set(`${name}:${architecture}`, state);
      // Of several architectures the one that is there speaks for the name.
      if (known.get(name)?.version === undefined) known.set(name, state);
    }
    return new Map(names.map((name) => [name, known.get(name) ?? { version: undefined, status: 'not-installed', held: false }]));
  },
});
