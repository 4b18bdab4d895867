import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freeLock, lockOwner, takeLock } from '../../src/credentials/lock-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lock-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const lockFile = (): string => join(folder, `lock-${(count += 1)}`);

/** Takes the lock 150 times, and every third time leaves it behind as a process that died in it would. */
const contender = (file: string): string => `
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { freeLock, takeLock } from ${JSON.stringify(join(import.meta.dirname, '../../src/credentials/lock-file.ts'))};
for (let n = 0; n < 150; ) {
  if (!takeLock(${JSON.stringify(file)})) continue;
  closeSync(openSync(${JSON.stringify(`${file}-inside`)}, 'wx'));
  rmSync(${JSON.stringify(`${file}-inside`)});
  n += 1;
  if (n % 3 !== 0) { freeLock(${JSON.stringify(file)}); continue; }
  const dead = ${JSON.stringify(file)} + '-dead-' + process.pid;
  writeFileSync(dead, '999999999 1');
  renameSync(dead, ${JSON.stringify(file)});
}`;

function ran(script: string): Promise<string> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => child.once('close', (code) => resolve(`exit ${code} ${said}`)));
}

describe('a lock file', () => {
  it('is held by one process at a time, whoever dies holding it', async () => {
    const file = lockFile();
    expect(await Promise.all(Array.from({ length: 4 }, () => ran(contender(file))))).toEqual(Array.from({ length: 4 }, () => 'exit 0 '));
    expect(existsSync(`${file}.turn`)).toBe(false);
  });

  it('of a living process is not taken, and names it', () => {
    const file = lockFile();
    expect([takeLock(file), takeLock(file), lockOwner(file)]).toEqual([true, false, process.pid]);
    freeLock(file);
    expect([lockOwner(file), readdirSync(folder).filter((name) => name.startsWith('lock-') && name.includes(String(process.pid)))]).toEqual([undefined, []]);
  });

  it.each([['died', '999999999 1'], ['died, and its number was given to another', `${process.pid} 1`], ['was cut off with the power before it had signed', '']])('whose owner %s is taken over', (_, text) => {
    const file = lockFile();
    writeFileSync(file, text);
    writeFileSync(`${file}.turn`, text);
    expect([lockOwner(file), takeLock(file), lockOwner(file)]).toEqual([undefined, true, process.pid]);
  });

  it('of another process is not freed', () => {
    const file = lockFile();
    writeFileSync(file, '1 \n');
    freeLock(file);
    expect(existsSync(file)).toBe(true);
  });
});
