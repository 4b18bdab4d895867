import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backendStates } from '../src/index.ts';

/** What a HAProxy 2.6.12 answered: one server up, one refusing connections, one never looked at, one in maintenance. */
const captured = readFileSync(new URL('golden/show-stat-2.6.csv', import.meta.url), 'utf8');
/** What a HAProxy 3.0.11 answered, which has more columns. */
const newer = readFileSync(new URL('golden/show-stat-3.0.csv', import.meta.url), 'utf8');

const parsed = (stdout: string, code = 0): unknown => {
  const { reader, key } = backendStates();
  return reader.parse({ code, stdout, stderr: '' } as never, [key]).get(key);
};

describe('the states of servers', () => {
  it('are read from what a real HAProxy said', () => {
    expect(parsed(captured)).toEqual([
      { backend: 'pg_primary', server: 'db-1', status: 'up', words: 'UP', sessions: 0, lastCheck: 'L4OK' },
      { backend: 'pg_primary', server: 'db-2', status: 'down', words: 'DOWN', sessions: 0, lastCheck: 'L4CON' },
      { backend: 'pg_primary', server: 'db-3', status: 'no check', words: 'no check', sessions: 0, lastCheck: '' },
      { backend: 'redis_all', server: 'r1', status: 'maintenance', words: 'MAINT', sessions: 0, lastCheck: '' },
    ]);
  });

  it('are read from what a newer one said', () => {
    expect(parsed(newer)).toEqual(['haproxy-01', 'haproxy-02'].map((server) => ({ backend: 'first', server, status: 'up', words: 'UP', sessions: 0, lastCheck: 'L4OK' })));
  });

  it('are none when HAProxy does not answer', () => {
    expect(parsed('', 111)).toEqual([]);
  });

  it.each([
    ['UP 1/3', 'up'],
    ['DOWN 1/2', 'down'],
    ['DOWN (agent)', 'down'],
    ['NOLB', 'draining'],
    ['DRAIN', 'draining'],
    ['MAINT (via a/b)', 'maintenance'],
  ])('%s is %s', (words, status) => {
    expect(parsed(`# pxname,svname,scur,status,last_chk,check_status,\nb,s,12,${words},"a ""quoted"", text",L7STS,\n`)).toEqual([{ backend: 'b', server: 's', status, words, sessions: 12, lastCheck: 'L7STS' }]);
  });
});
