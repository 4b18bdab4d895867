import { describe, expect, it } from 'vitest';
import { expandRange } from '../../src/inventory/ansible-range.ts';

describe('a range of Ansible', () => {
  it.each([
    ['db', ['db']],
    ['db-[01:03]', ['db-01', 'db-02', 'db-03']],
    ['db-[8:11]', ['db-8', 'db-9', 'db-10', 'db-11']],
    ['[a:c].io', ['a.io', 'b.io', 'c.io']],
    ['[1:9:4]', ['1', '5', '9']],
    ['[a:b][1:2]', ['a1', 'a2', 'b1', 'b2']],
  ])('%s is %j', (pattern, names) => {
    expect(expandRange(pattern)).toEqual(names);
  });

  it.each(['db-[3:1]', 'db-[01:100]', 'db-[a:3]', 'db-[a:Z]', 'db-[1:]', 'db-[]', 'db-[1:2', 'db-1]', '[1:2:0]', '[1:99999999999]', '[1:900][1:900]'])('%s is none', (pattern) => {
    expect(expandRange(pattern)).toBeUndefined();
  });
});
