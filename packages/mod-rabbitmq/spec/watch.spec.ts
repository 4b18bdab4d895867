import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '@keybuzz/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { script } from '../src/watch.ts';

const members = ['queue-01', 'queue-02', 'queue-03'].map((name, at) => ({ name, address: `10.0.0.${126 + at}` }) as Host);
const [host = {} as Host] = members;
let folder: string;

/** One look on a host where these things are so; whether it started the node anew. */
function look({ active = true, listening = false, runs = 'false', reached = true } = {}): boolean {
  const programs = {
    systemctl: `[ "$1" = is-active ] && exit ${active ? 0 : 3}; echo "$@" >> ${folder}/orders`,
    ss: `echo '${listening ? 'LISTEN 0 128 10.0.0.126:5672' : ''}'`,
    rabbitmqctl: `echo ${runs}`,
    // The look at a peer, or a program that may hang.
    timeout: `[ "$2" = bash ] && exit ${reached ? 0 : 1}; shift; exec "$@"`,
  };
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  const before = orders();
  const { status, stderr } = spawnSync('bash', ['--norc', '-c', script(host, members).replaceAll('/run/', `${folder}/`)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` } });
  expect([status, stderr]).toEqual([0, '']);
  return orders() !== before;
}

const orders = (): string => (existsSync(join(folder, 'orders')) ? readFileSync(join(folder, 'orders'), 'utf8') : '');

describe('the look whether a node is half stopped', () => {
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'rabbitmq-watch-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('starts the node anew after three looks in a row, once', () => {
    expect([look(), look(), look(), look()]).toEqual([false, false, true, false]);
    expect(orders()).toBe('restart rabbitmq-server\n');
  });

  it('begins to count anew when all was well in between', () => {
    expect([look(), look(), look({ listening: true }), look(), look()]).toEqual([false, false, false, false, false]);
  });

  it.each([
    ['is stopped or starts', { active: false }],
    ['serves', { listening: true }],
    ['is drained', { runs: 'true' }],
    ['does not say', { runs: '' }],
    ['cannot reach the others', { reached: false }],
  ])('leaves a node alone that %s', (_, about) => {
    expect([look(about), look(about), look(about), look(about)]).toEqual([false, false, false, false]);
  });
});
