import { describe, expect, it } from 'vitest';
import { Secret, type Operation } from '@keybuzz/sdk';
import { parse } from 'valibot';
import { config } from '../src/config.ts';
import { proxies, type Proxies } from '../src/proxies.ts';

const behind = (loadBalancer?: { address: string }): Proxies => proxies({ config: parse(config, loadBalancer === undefined ? {} : { loadBalancer }), hosts: [] });
const fragment = (text: string): readonly Operation[] => behind({ address: '10.0.0.10' }).fragment('postgres', text);

describe('a fragment', () => {
  it.each([
    'bind 10.0.0.10:5432',
    'bind ipv4@10.0.0.10:5432',
    'bind 10.0.0.11:5432,10.0.0.10:5432 tfo',
    '  bind "10.0.0.10:5432" name x',
    '\tbind\t10.0.0.10:5432-5433',
  ])('is refused when it binds the address of the load balancer: %s', (line) => {
    expect(() => fragment(`frontend pg\n${line}\n`)).toThrow('the fragment postgres of HAProxy, line 2: it binds 10.0.0.10, the address of the load balancer, which no host has');
  });

  it.each(['bind :5432', 'bind *:5432', 'bind 10.0.0.11:5432', 'bind 10.0.0.100:5432', 'server a 10.0.0.10:5432', '# bind 10.0.0.10:5432'])('may say: %s', (line) => {
    expect(fragment(`frontend pg\n  ${line}\n`).map(({ title }) => title)).toEqual(['/etc/haproxy/conf.d/postgres.cfg has the wanted content', 'haproxy works with /etc/haproxy/conf.d/postgres.cfg']);
  });

  it.each(['defaults', 'global', 'defaults keybuzz'])('is refused when it has a section that others would inherit: %s', (line) => {
    expect(() => fragment(`frontend pg\n  bind :1\n${line}\n`)).toThrow(`the fragment postgres of HAProxy, line 3: a section "${line.split(' ')[0]}" would change the fragments of other modules`);
  });

  it.each(['', 'Postgres', '../x', 'a b', '.hidden'])('is refused a name that HAProxy would not read, or that is a path: %j', (name) => {
    expect(() => behind().fragment(name, '')).toThrow('a fragment of HAProxy is named like a module');
  });

  it('may bind that address when no load balancer has it', () => {
    expect(behind().fragment('postgres', 'frontend pg\n  bind 10.0.0.10:5432\n')).toHaveLength(2);
    expect([behind().address, behind({ address: '10.0.0.10' }).address]).toEqual([undefined, '10.0.0.10']);
  });

  it('does not tell the text of a secret one', () => {
    const secret = Secret.of('redis/fragment', 'frontend r\n  bind 10.0.0.10:6379 hunter2\n');
    expect(() => behind({ address: '10.0.0.10' }).fragment('redis', secret)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') as string }) as Error);
  });
});

describe('the check of the load balancer', () => {
  const check = (given: object): unknown => parse(config, { loadBalancer: { address: '10.0.0.10', check: given } }).loadBalancer?.check;

  it('is as quick as Hetzner allows by default', () => {
    expect(check({})).toEqual({ interval: 3, timeout: 2, retries: 1 });
  });

  it.each([
    [{ interval: 2 }, '>=3 but received 2'],
    [{ interval: 61 }, '<=60 but received 61'],
    [{ timeout: 0 }, '>=1 but received 0'],
    [{ retries: 0 }, '>=1 but received 0'],
    [{ retries: 6 }, '<=5 but received 6'],
    [{ interval: 5, timeout: 15 }, 'a timeout that is not longer than the interval'],
  ])('is refused beyond what the API takes: %j', (given, why) => {
    expect(() => check(given)).toThrow(why);
  });

  it('needs an address', () => {
    expect(() => parse(config, { loadBalancer: { address: 'lb.example.test' } })).toThrow('an IPv4 address');
  });
});
