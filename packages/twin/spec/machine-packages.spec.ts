import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installPackages } from '../src/machine-packages.ts';

describe('the packages that a twin needs', () => {
  let folder = '';
  const units = (): string => `${folder}/units`;
  const calls = (): string[] => readFileSync(`${folder}/calls`, 'utf8').trim().split('\n');

  beforeEach(() => {
    folder = mkdtempSync(`${tmpdir()}/packages-`);
    mkdirSync(units());
    mkdirSync(`${folder}/bin`);
    for (const program of ['apt-get', 'systemctl']) {
      writeFileSync(`${folder}/bin/${program}`, `#!/bin/sh
echo "${program} $(readlink ${units()}/haproxy.service || echo unmasked) $*" >>${folder}/calls
case "$*" in *broken*) exit 100 ;; esac
`);
      chmodSync(`${folder}/bin/${program}`, 0o755);
    }
    vi.stubEnv('PATH', `${folder}/bin:${process.env['PATH']}`);
  });
  afterEach(() => vi.unstubAllEnvs());

  it('are installed while the service that would come up with one is masked, and that service is disabled', async () => {
    await installPackages(['iproute2', 'haproxy'], units());
    expect(calls()).toEqual([
      'apt-get /dev/null -y -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 update',
      'apt-get /dev/null -y -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install --no-install-recommends iproute2 haproxy',
      'systemctl unmasked disable haproxy.service',
    ]);
    expect(existsSync(`${units()}/haproxy.service`)).toBe(false);
  });

  it('leave the services of other packages, and a unit of the owner, as they are', async () => {
    await installPackages(['iproute2'], units());
    writeFileSync(`${units()}/haproxy.service`, '[Service]\n');
    await installPackages(['haproxy'], units());
    expect(calls().filter((call) => call.startsWith('systemctl'))).toEqual([]);
    expect(readFileSync(`${units()}/haproxy.service`, 'utf8')).toBe('[Service]\n');
  });

  it('leave no mask behind when apt fails, and tell what to type', async () => {
    await expect(installPackages(['haproxy', 'broken'], units())).rejects.toMatchObject({ next: 'apt-get install --no-install-recommends haproxy broken' });
    expect(existsSync(`${units()}/haproxy.service`)).toBe(false);
  });
});
