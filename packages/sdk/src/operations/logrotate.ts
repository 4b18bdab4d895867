import { Failure, sh } from '../command/index.ts';
import type { Operation } from '../converge/index.ts';
import { file } from './file.ts';

/** How log files are rotated. */
export interface LogrotateConfig {
  /** Absolute paths; wildcards are logrotate's. */
  readonly files: readonly string[];
  /** As in logrotate(8): `daily`, `rotate 14`, `compress` … */
  readonly directives: readonly string[];
  /** Shell lines run after a rotation, once for all files. */
  readonly postrotate?: readonly string[];
}

/** The log files are rotated as said from the next daily run on. */
export function logrotate(name: string, config: LogrotateConfig): Operation {
  if (!/^[\w-]+$/.test(name)) throw new Failure('badConfig', `logrotate skips a file named ${name}: letters, digits, - and _ only`);
  const written = file(`/etc/logrotate.d/${name}`, logrotateText(config), {
    // Debug mode changes nothing. It exits 0 for a directive it does not know and 1 for a log that is not there yet:
    // what counts is whether it complains about a line of this file. Without logrotate there is nobody to misread it.
    validate: (candidate) => sh`! command -v logrotate >/dev/null || ! logrotate -d ${candidate} 2>&1 | grep -F ${`${candidate}:`}`,
  });
  return { ...written, title: `the logs of ${name} are rotated` };
}

function logrotateText({ files, directives, postrotate = [] }: LogrotateConfig): string {
  const relative = files.find((path) => !path.startsWith('/'));
  if (files.length === 0 || relative !== undefined) throw new Failure('badConfig', `logrotate: ${relative ?? 'nothing'} cannot be rotated, wanted absolute paths`);
  const script = postrotate.length === 0 ? [] : ['sharedscripts', 'postrotate', ...postrotate.map((line) => `  ${line}`), 'endscript'];
  return [
    '# Written by keybuzz: edits here are overwritten.',
    ...files.map((path) => (/[\s"]/.test(path) ? JSON.stringify(path) : path)).map((path, i) => (i === files.length - 1 ? `${path} {` : path)),
    ...[...directives, ...script].map((line) => `  ${line}`),
    '}', '',
  ].join('\n');
}
