import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { withLock } from '../src/lock.ts';

const lockFile = (): string => `${mkdtempSync(`${tmpdir()}/lock-`)}/lock`;

describe('a lock', () => {
  it('lets one work after the other, and is gone afterwards', async () => {
    const file = lockFile();
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    };
    await Promise.all([withLock(file, 5000, work('a')), withLock(file, 5000, work('b'))]);
    expect(order).toEqual(order[0] === 'a in' ? ['a in', 'a out', 'b in', 'b out'] : ['b in', 'b out', 'a in', 'a out']);
    expect(existsSync(file)).toBe(false);
  });

  it('is given back when the work fails', async () => {
    const file = lockFile();
    await expect(withLock(file, 100, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('of a process that has died, or whose number was given to another, counts as free', async () => {
    const file = lockFile();
    writeFileSync(file, `${process.pid} 1\n`);
    expect(await withLock(file, 1000, () => Promise.resolve('done'))).toBe('done');
  });

  it('held by a living process is not taken, and the error names its number', async () => {
    const file = lockFile();
    await withLock(file, 100, async () => {
      await expect(withLock(file, 150, () => Promise.resolve())).rejects.toThrow(`process ${process.pid} holds it`);
    });
  });
});
