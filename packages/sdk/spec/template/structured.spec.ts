import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Failure } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/index.ts';
import { json, yaml } from '../../src/template/index.ts';

const settings = {
  scope: 'keybuzz-pg',
  restapi: { listen: '10.0.0.120:8008', port: 8008, on: 'on', off: 'no', time: '12:30:45', octal: '0640', hex: '0x1f', empty: '', none: null, left: undefined, yes: true, exponent: '1e3', tilde: '~', underscored: '1_000' },
  pg_hba: ['local all all trust', "host all all 10.0.0.0/16 scram-sha-256 # it's", 'a: b', '- x', '%y', '@z', '{{ j }}'],
  script: 'first line\n  second: line\n',
  long: 'word '.repeat(40).trim(),
  same: [] as readonly (readonly string[])[],
};
const shared = ['10.0.0.0/16'];
const whole = { ...settings, same: [shared, shared] };

describe('structured settings', () => {
  it('as JSON, in their order', async () => {
    await expect(json(whole)).toMatchFileSnapshot('../golden/template/settings.json');
    expect(JSON.parse(json(whole))).toEqual(whole);
  });

  it('as YAML, without anchors, quoted where an old reader would take a text for something else', async () => {
    await expect(yaml(whole, { module: 'demo' })).toMatchFileSnapshot('../golden/template/settings.yaml');
  });

  it.each(['1.1', '1.2'] as const)('as YAML mean the same to a reader of YAML %s', (version) => {
    const { restapi: { left: _left, ...restapi }, ...rest } = whole;
    expect(parse(yaml(whole, { module: 'demo' }), { version })).toEqual({ ...rest, restapi });
  });

  const loop: Record<string, unknown> = {};
  loop['self'] = { loop };

  it.each<[string, unknown, string]>([
    ['NaN', { a: { b: [1, Number.NaN] } }, 'a.b.1 is not a finite number'],
    ['Infinity', { a: Infinity }, 'a is not a finite number'],
    ['a hole', [1, undefined], '1 is undefined, which the format has no word for'],
    ['nothing at all', undefined, 'the value is undefined'],
    ['a function', { a: () => 1 }, 'a is function'],
    ['a big integer', { a: 1n }, 'a is bigint'],
    ['a map', { a: new Map() }, 'a is a Map, not plain data'],
    ['a date', { a: new Date(0) }, 'a is a Date, not plain data'],
    ['a secret', { password: Secret.of('redis/password', 'hunter2') }, 'password is a Secret, not plain data'],
    ['a loop', loop, 'self.loop contains itself'],
  ])('are refused with %s in them', (_, value, message) => {
    expect(() => json(value)).toThrow(Failure);
    expect(() => json(value)).toThrow(message);
    expect(() => yaml(value, { module: 'demo' })).toThrow(message);
  });
});
