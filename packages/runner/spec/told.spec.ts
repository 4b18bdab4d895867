import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import '@keybuzz/sdk/testing';
import { Failure, type FailureEvent, type ReportEvent } from '@keybuzz/sdk';
import { TwinError } from '@keybuzz/twin';
import { commandLine } from '../src/main.ts';
import { chosen, hostsAtWork } from '../src/selection.ts';
import { errorText, kindOf } from '../src/show/error.ts';
import { eventLine } from '../src/show/line.ts';
import { withNext } from '../src/show/next.ts';
import { typed } from '../src/show/typed.ts';

const server = { checkout: false, twin: false };
const twin = { checkout: true, twin: true };

describe('the next command', () => {
  it.each<[string, string, string]>([
    ['keybuzz plan, then keybuzz rollout --yes', './kb plan --on twin, then ./kb rollout --on twin --yes', 'commands on hosts go to the twin'],
    ['keybuzz hosts trust redis-01 --replace', './kb hosts trust --on twin redis-01 --replace', 'so do host keys'],
    ['keybuzz secrets list', './kb secrets list', 'other commands have no place'],
    ['keybuzz rollout --on twin', './kb rollout --on twin', 'what says where is left alone'],
    ['nc -vz 10.0.0.1 22', './kb twin exec -- nc -vz 10.0.0.1 22', "the twin's addresses are reached from inside"],
    ['on redis-01: df -h', './kb twin ssh redis-01 df -h', 'a command on a host is typed through the twin'],
    ['edit the stack keybuzz', 'edit the stack keybuzz', 'a stack of our name is no command'],
  ])('%s is %s on a twin: %s', (next, expected) => {
    expect(typed(next, twin)).toBe(expected);
    expect(typed(next, server)).toBe(next);
  });

  it('is known for every command there is, with the place of each that has one', () => {
    const leaves = (command: Command, words: string): [string, Command][] => (command.commands.length === 0 ? [[words, command]] : command.commands.flatMap((each) => leaves(each, `${words} ${each.name()}`)));
    const all = leaves(commandLine(() => Promise.resolve()), 'keybuzz').filter(([words]) => words !== 'keybuzz help');
    expect(all.length).toBeGreaterThan(20);
    for (const [words, command] of all) {
      const place = command.options.some(({ long }) => long === '--on') ? ' --on twin' : '';
      expect(typed(words, twin)).toBe(`${words.replace('keybuzz', './kb')}${place}`);
    }
  });

  it('in a checkout is typed with ./kb', () => {
    expect(typed('correct it, then: keybuzz inventory check', { checkout: true, twin: false })).toBe('correct it, then: ./kb inventory check');
  });
});

describe('an error that ends a command', () => {
  it('of the twin says what was wanted, seen, where, and the next command', () => {
    const error = new TwinError({ wanted: 'a full disk', seen: 'the host is off', host: 'db-01', next: 'ask it' });
    expect([errorText(error), kindOf(error)]).toEqual(['keybuzz: wanted a full disk\n  seen  the host is off\n  host  db-01\n  next  ask it\n', 'failed']);
  });

  it('with several lines keeps them, indented', () => {
    expect(errorText(new Failure('badConfig', 'base: unknown key a\nbase: unknown key b', { next: 'edit the stack x' }))).toBe('keybuzz: base: unknown key a\n  base: unknown key b\n  next  edit the stack x\n');
  });

  it('of a file of the operator names it in words, and is wrong usage', () => {
    const error = Object.assign(new Error("ENOENT: no such file or directory, open '/x.env'"), { code: 'ENOENT', path: '/x.env' });
    expect([errorText(error), kindOf(error)]).toEqual(['keybuzz: /x.env: there is no such file\n', 'badConfig']);
  });

  it('that nobody foresaw has no stack trace and says how to get one', () => {
    expect(errorText(new TypeError('x is undefined'))).toBe('keybuzz: x is undefined\n  next  that was not foreseen; the same command with KEYBUZZ_DEBUG=1 before it shows where it comes from\n');
  });
});

describe('a failure without advice', () => {
  const failure: FailureEvent = { type: 'failure', kind: 'failed', host: 'db-01', module: 'base', verb: 'install', message: '', operation: undefined, command: undefined, output: undefined, next: undefined };
  it.each<[string, Partial<FailureEvent>, string | undefined]>([
    ['takes that of the host', { message: 'E: no such package\nnext: apt-cache policy x' }, 'on db-01: apt-cache policy x'],
    ['of a full disk looks at the disk', { message: 'cat: write error: No space left on device' }, 'on db-01: df -h'],
    ['that the stack itself is wrong has none', { kind: 'badConfig', message: 'unknown key' }, undefined],
  ])('%s', (_, about, next) => {
    expect(withNext({ ...failure, ...about }).next).toBe(next);
    expect(withNext({ ...failure, ...about, next: 'that of the failure' }).next).toBe('that of the failure');
  });

  it('has some, whatever its kind and wherever it happened', () => {
    const message = 'seen';
    const told: [string, Partial<FailureEvent>][] = [
      ...(['unreachable', 'refused', 'hostKeyChanged', 'connectionLost', 'failed', 'notConverged', 'timedOut', 'rolledBack', 'unsafe'] as const).map((kind): [string, Partial<FailureEvent>] => [`${kind} on a host`, { kind, message }]),
      ['failed in a module', { message, host: '' }],
      ['rolledBack in a module', { kind: 'rolledBack', message, host: '' }],
      ['apt is busy', { message: 'install jq: exit 100', output: 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)' }],
      ['the disk is full', { message: 'write /etc/hosts: exit 1', output: 'cat: write error: No space left on device' }],
    ];
    expect(told.map(([what, about]) => `${what}\n  ${withNext({ ...failure, ...about }).next}\n`).join('')).toMatchGolden('next.txt');
  });
});

describe('an event on one line', () => {
  it('is left out when it is not worth one', () => {
    const probe = { type: 'probe', module: 'base', title: 'docker runs', host: 'a', seen: 'inactive', wanted: 'active' } as const;
    expect([eventLine({ ...probe, status: 'ok' }), eventLine({ ...probe, status: 'down' }), eventLine({ ...probe, status: 'down', wanted: '' })]).toEqual([
      undefined, 'down a: docker runs: seen inactive, wanted active', 'down a: docker runs: seen inactive',
    ]);
  });
});

describe('the modules that --only names', () => {
  const stack = { definition: { name: 'x' }, uses: [{ module: { name: 'base' }, hosts: [{ name: 'a' }, { name: 'b' }] }, { module: { name: 'redis' }, hosts: [{ name: 'b' }] }] } as unknown as Parameters<typeof chosen>[0];

  it('are all when it is not said, and may be separated by commas', () => {
    expect([undefined, ['redis'], ['base,redis']].map((only) => ['base', 'redis'].filter(chosen(stack, only)))).toEqual([['base', 'redis'], ['redis'], ['base', 'redis']]);
  });

  it('are refused when there is no such module, with the nearest', () => {
    expect(() => chosen(stack, ['rediss'])).toThrow('--only rediss: the stack x has no such module (did you mean redis?); it has base, redis');
  });

  it('are counted with each host once', () => {
    const changed = (host: string) => ({ type: 'change', host }) as ReportEvent;
    expect([hostsAtWork(stack, { only: () => true, events: [] }), hostsAtWork(stack, { only: chosen(stack, ['redis']), events: [] })]).toEqual([2, 1]);
    expect(hostsAtWork(stack, { only: chosen(stack, ['redis']), events: [changed('proxy'), changed('b'), changed('proxy')] })).toBe(2);
  });
});
