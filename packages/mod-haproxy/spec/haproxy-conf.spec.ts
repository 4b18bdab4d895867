import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import '@keybuzz/sdk/testing';
import { config } from '../src/config.ts';
import { haproxyConf, unitOptions } from '../src/haproxy-conf.ts';
import { mainVariable, marked } from '../src/mark.ts';
import { serverStates } from '../src/places.ts';

const defaults = parse(config, {});
const about = { address: '10.0.0.11', passwordHash: '$6$saltsaltsaltsalt$XPz5TkvQTKzUQLdq8LVqz.rQ3wBh0ouVB7xjqNnOLyHMiCEm9gX4j0XQx9n2y0oOPXyXPp7Ea0l2cnO0Yp7Cb/' };

describe('the files of haproxy with the default configuration', () => {
  it.each([
    ['haproxy.cfg', haproxyConf(defaults, about)],
    ['default', unitOptions()],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });
});

const checker = '/usr/sbin/haproxy';
if (!existsSync(checker)) process.stderr.write(`\nSKIPPED: the golden file is not shown to a real HAProxy, ${checker} is not here. To run it: apt-get install haproxy\n\n`);

describe.skipIf(!existsSync(checker))('a real HAProxy', () => {
  const verdict = (...texts: string[]): { code: number | null; said: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'keybuzz-haproxy-'));
    try {
      const states = join(folder, 'states');
      writeFileSync(states, '1\n');
      const files = texts.map((text, i) => {
        // The account of the service comes with its package; the check wants it only where the file names it.
        writeFileSync(join(folder, `${i}.cfg`), text.replace(serverStates, states));
        return ['-f', join(folder, `${i}.cfg`)];
      });
      const { status, stdout, stderr } = spawnSync(checker, ['-c', ...files.flat()], { encoding: 'utf8' });
      return { code: status, said: `${stdout}${stderr}` };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const main = String(marked('/etc/haproxy/haproxy.cfg', { variable: mainVariable, text: haproxyConf(defaults, about) }).content);

  it('finds the main file valid, without a warning', () => {
    expect(verdict(main)).toEqual({ code: 0, said: 'Configuration file is valid\n' });
  });

  it('finds it valid with a marked fragment, without a warning', () => {
    const fragment = marked('/etc/haproxy/conf.d/echo.cfg', { variable: 'KEYBUZZ_FRAGMENT_ECHO', text: 'listen echo\n  bind :7000\n  server one 127.0.0.1:7001 check\n' });
    expect(verdict(main, String(fragment.content))).toEqual({ code: 0, said: 'Configuration file is valid\n' });
  });

  it('names the line of a keyword it does not know', () => {
    expect(verdict(main, 'listen echo\n  bind :7000\n  servre one 127.0.0.1:7001\n').said).toContain("1.cfg:3] : unknown keyword 'servre' in 'listen' section");
  });
});
