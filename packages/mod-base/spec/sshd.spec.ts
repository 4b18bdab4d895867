import { describe, expect, it } from 'vitest';
import { parse } from 'valibot';
import { config } from '../src/config.ts';
import { sshdSettings } from '../src/sshd.ts';
import { effectiveSshd, sshdDeviations } from '../src/sshd-effective.ts';

const { ssh } = parse(config, {});
const effective = (changes: Record<string, string> = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...sshdSettings(ssh), PermitRootLogin: 'without-password', ...changes }).map(([key, value]) => [key.toLowerCase(), String(value)]));

describe('what sshd does otherwise than wanted', () => {
  it('is nothing when every setting is as written, in the spelling of sshd -T', () => {
    expect(sshdDeviations(effective(), ssh)).toEqual([]);
  });

  it('is a setting that another file overrides', () => {
    expect(sshdDeviations(effective({ PasswordAuthentication: 'yes' }), ssh)).toEqual(['PasswordAuthentication is yes, wanted no']);
  });

  it('is one more port, whichever sshd tells last', () => {
    const stdout = [...effective()].map(([key, value]) => `${key} ${value}\n`).join('');
    const seen = effectiveSshd.reader.parse({ code: 0, stdout: `port 2222\n${stdout}`, stderr: '' }, []).get(effectiveSshd.key) as ReadonlyMap<string, string>;
    expect(sshdDeviations(seen, ssh)).toEqual(['Port is 2222 22, wanted 22']);
  });

  it('is a setting that sshd does not know', () => {
    const without = new Map([...effective()].filter(([key]) => key !== 'maxstartups'));
    expect(sshdDeviations(without, ssh)).toEqual(['MaxStartups is not set, wanted 64:30:256']);
  });
});
