import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { configTable, withConfigTable } from '../../src/module/index.ts';

const schema = v.strictObject({
  name: v.pipe(v.string(), v.description('Its name')),
  size: v.optional(v.pipe(v.number(), v.integer(), v.description('How big | it is')), 3),
  mode: v.optional(v.pipe(v.picklist(['fast', 'safe']), v.description('Which'))),
  servers: v.optional(v.pipe(v.array(v.string()), v.description('Whom it asks')), ['a', 'b']),
  extra: v.optional(v.pipe(v.record(v.string(), v.union([v.string(), v.number()])), v.description('More')), {}),
  tls: v.optional(v.strictObject({ on: v.optional(v.pipe(v.boolean(), v.description('Whether')), true) }), {}),
});

describe('configTable', () => {
  it('has a row for each key, nested ones too, with type, default and meaning', () => {
    expect(configTable(schema)).toBe(`| Key | Type | Default | Meaning |
|---|---|---|---|
| \`name\` | string | required | Its name |
| \`size\` | number | \`3\` | How big \\| it is |
| \`mode\` | \`fast\` or \`safe\` |  | Which |
| \`servers\` | list of string | \`["a","b"]\` | Whom it asks |
| \`extra\` | string → string or number | \`{}\` | More |
| \`tls.on\` | boolean | \`true\` | Whether |
`);
  });

  it('says so when there is nothing to configure', () => {
    expect(configTable(v.strictObject({}))).toBe('This module has nothing to configure.\n');
  });
});

describe('withConfigTable', () => {
  it('puts the table between the markers and leaves the rest, however often it is done', () => {
    const readme = '# Redis\n\n<!-- config:start -->\nold\n<!-- config:end -->\n\nMore.\n';
    const written = withConfigTable(readme, schema);
    expect(written).toBe(`# Redis\n\n<!-- config:start -->\n\n${configTable(schema)}\n<!-- config:end -->\n\nMore.\n`);
    expect(withConfigTable(written ?? '', schema)).toBe(written);
  });

  it('answers nothing for a text without markers', () => {
    expect(withConfigTable('# Redis\n', schema)).toBeUndefined();
  });
});
