import { matchesGlob } from 'node:path/posix';
import { change, fileLines, madeOf, operation, sh, type Fact, type FileLines, type Operation } from '@keybuzz/sdk';

/** sshd's main file. */
export const mainFile = '/etc/ssh/sshd_config';

/** Where drop-ins of sshd are. */
export const dropInFolder = '/etc/ssh/sshd_config.d';

/** Our settings. sshd takes the first value it reads: the file sorts first. */
export const dropIn = `${dropInFolder}/00-keybuzz.conf`;

/** A setting that a file of sshd makes for every connection. */
interface Said {
  readonly setting: string;
  readonly value: string;
  /** `file:line`. */
  readonly at: string;
}

/** The lines of sshd's files, by file. */
export const sshdFiles: Fact<FileLines> = madeOf(
  'files of sshd',
  // sshd -T knows the outcome, but neither the place nor what our file will change; and it costs ten times as much.
  [fileLines(mainFile), fileLines(`${dropInFolder}/*.conf`)],
  (main, dropIns) => new Map([...main, ...dropIns]),
);

/** What sshd reads, in its order; our own file is where it is or will be. What a Match block says holds for some connections only. */
function inReadingOrder(files: ReadonlyMap<string, readonly string[]>, file = mainFile): readonly (Said | 'ours')[] {
  if (file === dropIn) return ['ours'];
  const read: (Said | 'ours')[] = [];
  for (const [at, text] of (files.get(file) ?? []).entries()) {
    const [setting = '', value = ''] = text.trim().replaceAll('"', '').split(/\s*[\s=]\s*(.*)/s, 2);
    if (/^match$/i.test(setting)) break;
    if (/^include$/i.test(setting)) read.push(...included(value, files).flatMap((each) => inReadingOrder(files, each)));
    else if (setting !== '' && !setting.startsWith('#')) read.push({ setting: setting.toLowerCase(), value: value.trim(), at: `${file}:${at + 1}` });
  }
  return read;
}

function included(value: string, files: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const patterns = value.trim().split(/\s+/).map((pattern) => (pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`));
  const known = [...new Set([...files.keys(), dropIn])].filter((file) => file !== mainFile).toSorted();
  return patterns.flatMap((pattern) => known.filter((file) => matchesGlob(file, pattern)));
}

/** What keeps our settings from having effect, one line each, with the place. */
export function obstacles(files: ReadonlyMap<string, readonly string[]>, wanted: Readonly<Record<string, string | number>>): readonly string[] {
  const read = inReadingOrder(files);
  const ours = read.indexOf('ours');
  if (ours < 0) return [`${mainFile} does not include ${dropInFolder}/*.conf for every connection`];
  return Object.entries(wanted).flatMap(([setting, value]) => {
    const said = read.flatMap((each, at): Said[] => (each !== 'ours' && each.setting === setting.toLowerCase() && (at < ours || adds.has(setting)) ? [each] : []));
    return said.filter((each) => !same(each.value, String(value))).slice(0, 1).map((each) => `${each.at} sets ${setting} to ${each.value}, wanted ${value}`);
  });
}

// sshd listens on the ports of all lines, whichever comes first.
const adds = new Set(['Port']);

// An older spelling of a synonym, in which sshd also answers.
const synonyms: Readonly<Record<string, string>> = { 'without-password': 'prohibit-password' };

/** Whether two values of a setting are one. */
export function same(seen: string, wanted: string): boolean {
  return (synonyms[seen] ?? seen).toLowerCase() === wanted.toLowerCase();
}

/** Nothing that sshd reads outranks our settings; what does is shown by a plan, and a rollout fails with it: it is the operator's to remove. */
export function unrivalled(wanted: Readonly<Record<string, string | number>>): Operation {
  return operation({
    title: `nothing outranks ${dropIn}`,
    look: { files: sshdFiles },
    change: ({ files }) =>
      obstacles(files, wanted).map((each) => change(sh`{ printf '%s\n' ${each} ${`next: take that out of the file by hand, then sshd -t && systemctl reload ssh`} >&2; exit 1; }`, { summary: `sshd cannot be as wanted: ${each}` })),
  });
}
