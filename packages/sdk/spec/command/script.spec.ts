import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ending, Failure, framed, sh, started, succeeded, unframed, unfinished, type Command } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { nastyWord, seeded } from './random.ts';
import { runScript, shells } from './shells.ts';

const mark = 'kb0123456789abcdef';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kb-script-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(shells)('a framed script in %s', (shell) => {
  const run = (commands: readonly Command[], stopAtFailure = false) => unframed(runScript(shell, framed(commands, { mark, stopAtFailure }), { cwd: folder }), mark);

  test('gives back generated output of both streams, byte for byte and command by command', () => {
    const random = seeded(42);
    const said = Array.from({ length: 150 }, () => ({ code: Math.floor(random() * 256), stdout: nastyWord(random, 40), stderr: nastyWord(random, 40) }));
    expect(run(said.map((s) => sh`printf %s ${s.stdout}; printf %s ${s.stderr} >&2; exit ${s.code}`))).toEqual(said);
  });

  test('keeps output that ends with line breaks, with none, or that is only line breaks', () => {
    const texts = ['', '\n', '\n\n\n', 'a', 'a\n', '\na\n\n'];
    expect(run(texts.map((t) => sh`printf %s ${t}`)).map((r) => r.stdout)).toEqual(texts);
  });

  test('is not fooled by output that looks like a frame of another mark', () => {
    const forged = `\nkb0000000000000000 0\n\n${mark}x 0\n${mark}\n 0\n`;
    expect(run([sh`printf %s ${forged}`, sh`echo next`]).map((r) => r.stdout)).toEqual([forged, 'next\n']);
  });

  test('keeps what is no UTF-8 from hiding the frame after it', () => {
    expect(run([sh`printf '\377\303'`, sh`echo next`]).map((r) => r.stdout)).toEqual(['\uFFFD\uFFFD', 'next\n']);
  });

  test('takes what a login shell said before for no output', () => {
    const noise = `echo "Welcome to Debian"; echo "\n${mark}" ; echo warning >&2\n`;
    const streams = runScript(shell, noise + framed([sh`echo one`, sh`echo two`], { mark, stopAtFailure: false }));
    expect(unframed(streams, mark)).toEqual([{ code: 0, stdout: 'one\n', stderr: '' }, { code: 0, stdout: 'two\n', stderr: '' }]);
  });

  test('lets no command touch the next: folder, variables, options, exit, traps and umask stay its own', () => {
    const results = run([sh`cd /; x=1; set -e; umask 077; trap 'echo trapped' EXIT; exit 3`, sh`pwd; echo "[$x]"; umask; false; echo still`]);
    expect(results).toEqual([{ code: 3, stdout: 'trapped\n', stderr: '' }, { code: 0, stdout: `${folder}\n[]\n0022\nstill\n`, stderr: '' }]);
  });

  test('gives commands an empty standard input, so none eats the script', () => {
    expect(run([sh`cat; wc -c`, sh`read -r line || echo nothing`]).map((r) => r.stdout.trim())).toEqual(['0', 'nothing']);
  });

  test('gives a command exactly its input, 300 000 bytes and none as well', () => {
    const random = seeded(5);
    const bytes = Uint8Array.from({ length: 300_000 }, () => Math.floor(random() * 256));
    const results = run([sh`wc -c`.stdin(bytes), sh`wc -c`.stdin(''), sh`cat`.stdin(`${mark}\n'$(id)'\n`), sh`head -c 1`.stdin('y\n'.repeat(100_000))]);
    expect(results.map((r) => r.stdout.trim())).toEqual(['300000', '0', `${mark}\n'$(id)'`, 'y']);
    expect(results.map((r) => r.code)).toEqual([0, 0, 0, 0]);
  });

  test('carries a secret to standard input and to no argument list', () => {
    const script = framed([sh`cat; cat /proc/self/cmdline /proc/$PPID/cmdline | tr '\0' ' ' >&2`.stdin(Secret.of('a/b', 'hunter2'))], { mark, stopAtFailure: false });
    const [result] = unframed(runScript(shell, script), mark);
    expect(result?.stdout).toBe('hunter2');
    expect(result?.stderr).not.toContain('hunter2');
    expect(script).not.toContain('hunter2');
  });

  test('runs every command whatever the others did, for facts', () => {
    expect(run([sh`false`, sh`echo a`, sh`exit 7`, sh`echo b`]).map((r) => r.code)).toEqual([1, 0, 7, 0]);
  });

  test('runs nothing after the first failure, for changes', () => {
    expect(run([sh`echo a`, sh`exit 7`, sh`touch never`], true)).toEqual([{ code: 0, stdout: 'a\n', stderr: '' }, { code: 7, stdout: '', stderr: '' }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([true, false])('closes both streams with the same ending (stop at failure: %s)', (stopAtFailure) => {
    const { code, stdout, stderr } = runScript(shell, framed([sh`false`], { mark, stopAtFailure }));
    expect({ code, out: stdout.endsWith(ending(mark)), err: stderr.endsWith(ending(mark)) }).toEqual({ code: 0, out: true, err: true });
  });

  test('ends without waiting for the end of its input', () => {
    expect(runScript(shell, `${framed([sh`echo a`], { mark, stopAtFailure: false })}echo not reached\n`).stdout).not.toContain('not reached');
  });

  test('tells 128 + n for a command that signal n ended', () => {
    expect(run([sh`sh -c 'kill -TERM $$'`, sh`kill -KILL $(sh -c 'echo $PPID')`, sh`echo on`]).map((r) => r.code)).toEqual([143, 137, 0]);
  });

  test('runs all or nothing wherever the connection cut it', () => {
    const script = Buffer.from(framed([sh`touch a`, sh`cat >b`.stdin('é'), sh`touch c`], { mark, stopAtFailure: true }));
    const seen = new Set<string>();
    const cuts = Array.from({ length: script.length }, (_, i) => i).filter((i) => i < 12 || i % 29 === 0 || i > script.length - 40);
    for (const length of cuts) {
      runScript(shell, script.subarray(0, length), { cwd: folder });
      seen.add(readdirSync(folder).toSorted().join());
      for (const file of readdirSync(folder)) rmSync(join(folder, file));
    }
    expect([...seen].toSorted()).toEqual(['', 'a,b,c']);
  }, 60_000);
});

describe('streams that broke off', () => {
  const stdout = `noise\n${mark} start 77\nfirst\n${mark} 0\nsecond, half`;
  const stderr = `\n${mark} start 77\n\n${mark} 0\nwarn`;

  test('hold the results of the commands that ended, and what the running one had said', () => {
    expect(unframed({ stdout, stderr }, mark)).toEqual([{ code: 0, stdout: 'first', stderr: '' }]);
    expect(unfinished({ stdout, stderr }, mark)).toEqual({ stdout: 'second, half', stderr: 'warn' });
    expect(started(stdout, mark)?.pid).toBe(77);
  });

  test('hold no result when not even the beginning came', () => {
    expect(started('Welcome', mark)).toBeUndefined();
    expect(unframed({ stdout: 'Welcome', stderr: '' }, mark)).toEqual([]);
  });
});

test('a command that failed, or never ran, is a Failure that names it', () => {
  const ok = { code: 0, stdout: '', stderr: '' };
  expect(succeeded(ok, sh`true`)).toBe(ok);
  const two = { ...ok, code: 2 };
  expect(() => succeeded(two, sh`ls /x`)).toThrow(new Failure('failed', 'exit 2', { command: 'ls /x', result: two }));
  expect(() => succeeded(undefined, sh`ls /x`)).toThrow(new Failure('failed', 'the command did not run', { command: 'ls /x' }));
});
