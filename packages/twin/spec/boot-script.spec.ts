import { describe, expect, it } from 'vitest';
import { bootScript, powerScript } from '../src/boot-script.ts';
import type { Release } from '../src/image-recipe.ts';
import { run } from '../src/run.ts';

const host = { name: 'redis-01', address: '10.0.0.123', publicAddress: '198.51.100.21', user: 'root' };
const script = (release: Release): string =>
  bootScript({ name: 'kb-123456', image: { release, directory: '/cache/image' }, controller: '10.0.0.250', publicKey: 'ssh-ed25519 AAAA' }, host);

describe('the script of one boot', () => {
  it('is what it was', async () => {
    await expect(script('trixie')).toMatchFileSnapshot('golden/boot.sh');
    await expect(powerScript('kb-123456', host)).toMatchFileSnapshot('golden/power.sh');
  });

  it('is valid shell', async () => {
    expect(await run(['sh', '-n'], { input: script('trixie') })).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await run(['sh', '-n'], { input: powerScript('kb-123456', host) })).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('gives cgroup version 1 only to a release that still knows it', () => {
    expect(script('trixie')).toContain('SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1\n');
    expect(script('bookworm')).toContain('SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0\n');
  });

  it('never lets a host set the clock it shares with the machine', () => {
    expect(script('trixie')).toContain('--capability=all --drop-capability=CAP_SYS_TIME');
  });
});
