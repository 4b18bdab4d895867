import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/index.ts';
import { banner, text, type Part } from '../../src/template/index.ts';

describe('a text', () => {
  it('is a whole file: dedented, lists as lines, what is off left out', async () => {
    const servers = ['db-master-01', 'db-slave-01'].map((name, i) => `server ${name} 10.0.0.${120 + i}:5432 check`);
    const stats = text`
      listen stats
        bind ${'127.0.0.1'}:${8404}

        stats enable
    `;
    const off: string | false = false;
    const file = text`
      ${banner('haproxy')}
      global
        maxconn ${4096}
        ${off}

      backend postgres
        ${servers}
        ${[]}
        option httpchk
          ${undefined}
          # tabs and \n stay:	as typed \\ \` \${x} \$y
      ${stats}
      end
    `;
    await expect(file).toMatchFileSnapshot('../golden/template/haproxy.cfg');
  });

  it.each<[string, string]>([
    [text`one`, 'one\n'],
    [text`a=${1} b=${false} c=${['x', 'y']}`, 'a=1 b= c=x y\n'],
    [text`
      a
        b
    `, 'a\n  b\n'],
    [text`
      a

      b
    `, 'a\n\nb\n'],
    [text`
      ${''}
      b
    `, '\nb\n'],
    [text`${false}`, ''],
    [text`
      ${['a', '', 'b']}
    `, 'a\n\nb\n'],
    [text`
      ${'$& $1 ${x}'}
      x ${'$& $1'}
    `, '$& $1 ${x}\nx $& $1\n'],
  ])('%j is %j', (seen, wanted) => {
    expect(seen).toBe(wanted);
  });

  it('keeps each line of a nested text at its place', () => {
    const inner = text`
      one
        two

      three
    `;
    expect(text`
      outer
        ${inner}
        ${['a', 'b\n  c']}
    `).toBe('outer\n  one\n    two\n\n  three\n  a\n  b\n    c\n');
  });

  it.each<[string, () => string]>([
    ['several lines in the middle of one', () => text`password = ${'hunter2\nadmin = yes'}`],
    ['a carriage return', () => text`
      ${'hunter2\r'}
    `],
    ['a NUL byte', () => text`x ${'hunter2\0'}`],
    ['a Secret', () => text`x ${Secret.of('redis/password', 'hunter2') as unknown as Part}`],
    ['true', () => text`x ${true as unknown as Part}`],
    ['null', () => text`x ${null as unknown as Part}`],
  ])('refuses %s, and does not show it', (_, render) => {
    expect(render).toThrow(Failure);
    expect(render).toThrow(/^template line "[^"]*\$\{…\}": got /);
    expect(render).not.toThrow('hunter2');
  });
});
