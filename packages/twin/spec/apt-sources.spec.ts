import { describe, expect, it } from 'vitest';
import { sourcesIn } from '../src/apt-sources.ts';

const standard = { main: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' };

describe('the mirrors of the machine', () => {
  it('are read from deb822 stanzas, whatever release the machine itself runs', () => {
    const content = `Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm bookworm-updates\nComponents: main\n
Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main\n`;
    expect(sourcesIn([{ name: 'debian.sources', content }])).toEqual({
      main: 'http://mirror.example/debian',
      security: 'http://mirror.example/debian-security',
    });
  });

  it('are read from one-line entries, options included', () => {
    const content = 'deb-src http://no.example/debian trixie main\ndeb [arch=amd64] https://one.example/debian trixie main contrib\n';
    expect(sourcesIn([{ name: 'sources.list', content }])).toEqual({ ...standard, main: 'https://one.example/debian' });
  });

  it('are the standard ones where a source is disabled, not a Debian, or not reached by http', () => {
    const files = [
      { name: 'a.sources', content: 'Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: trixie\n' },
      { name: 'b.list', content: 'deb mirror+file:/etc/apt/mirrors/debian.list trixie main\n' },
      { name: 'c.list', content: 'deb http://download.example/linux stable main\n' },
    ];
    expect(sourcesIn(files)).toEqual(standard);
  });
});
