import { fact, sh, type Fact } from '@keybuzz/sdk';
import { ask } from './runtime.ts';
import { fragments, mainFile } from './places.ts';

/** What the running process has read. */
export interface Loaded {
  /** Paths of its files; none when it does not run. */
  readonly files: readonly string[];
  readonly marks: ReadonlyMap<string, string>;
}

const asked: Fact<Loaded> = fact({
  name: 'configuration that HAProxy runs with',
  command: sh`${ask('show env')} | grep -E '^(KEYBUZZ_|HAPROXY_CFGFILES=)'`,
  anyExit: true,
  parse: ({ stdout }) => {
    const variables = new Map(stdout.split('\n').filter((line) => line.includes('=')).map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    return { files: (variables.get('HAPROXY_CFGFILES') ?? '').split(';').filter(Boolean), marks: variables };
  },
});

/** What the process that takes new connections now has read, told by itself. */
export function loaded(): Fact<Loaded> {
  return asked;
}

const written: Fact<ReadonlyMap<string, string>> = fact({
  name: 'marks in the files of HAProxy',
  command: sh`grep -hs '^  setenv KEYBUZZ_' ${mainFile} ${fragments}/*.cfg`,
  anyExit: true,
  parse: ({ stdout }) => new Map([...stdout.matchAll(/^ {2}setenv (\S+) (\S+)$/gm)].map(([, variable = '', value = '']): [string, string] => [variable, value])),
});

const there: Fact<readonly string[]> = fact({
  name: 'files of HAProxy',
  command: sh`find ${mainFile} ${fragments} -maxdepth 1 -type f -name '*.cfg' ! -name '.*'`,
  anyExit: true,
  parse: ({ stdout }) => stdout.split('\n').filter(Boolean),
});

/** Paths of the files that HAProxy would read now, whoever wrote them. */
export function filesOnDisk(): Fact<readonly string[]> {
  return there;
}

/** The marks of the files as they stand on the disk. */
export function onDisk(): Fact<ReadonlyMap<string, string>> {
  return written;
}
