import { expect, test } from 'vitest';
import { asFailure, Failure, lastWords, printable } from '../../src/command/index.ts';

test('a failure learns where it happened and keeps what it knew', () => {
  const located = new Failure('failed', 'exit 1', { host: 'db-1', operation: undefined }).within({ host: 'db-2', module: 'base', operation: 'x is y' });
  expect(located.context).toEqual({ host: 'db-1', module: 'base', operation: 'x is y' });
  expect([located.kind, located.message]).toEqual(['failed', 'exit 1']);
});

test('anything thrown becomes a failure once, with its cause', () => {
  const bug = new RangeError('too far');
  expect(asFailure(asFailure(bug))).toMatchObject({ kind: 'failed', message: 'too far', cause: bug });
  expect(asFailure('a word')).toMatchObject({ kind: 'failed', message: 'a word' });
});

test('what a host printed loses its escape sequences and control characters, and nothing else', () => {
  expect(printable('\u001B[31mred\u001B[0m \u001B]0;title\u0007tab\there\r\nnext \u0008\u0000é\u009B')).toBe('red tab\there\nnext é');
});

test('the last words of a command are the end of its errors, or of its output when it made none', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `line ${i}`).join('\n');
  expect(lastWords({ code: 1, stdout: 'out', stderr: `${lines}\n` }, 2)).toBe('line 7\nline 8');
  expect(lastWords({ code: 1, stdout: 'out\n', stderr: ' \n' })).toBe('out');
});
