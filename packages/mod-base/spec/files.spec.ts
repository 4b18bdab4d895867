import { describe, expect, it } from 'vitest';
import '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { auditRules } from '../src/audit.ts';
import { jailLocal } from '../src/bans.ts';
import { config } from '../src/config.ts';
import { daemonJson, dockerPackages, dockerSource } from '../src/docker.ts';
import { journaldConf } from '../src/journal.ts';
import { plainResolvConf, resolvedConf } from '../src/resolver.ts';
import { sshdDropIn } from '../src/sshd.ts';
import { timesyncdConf } from '../src/time.ts';
import { periodic, unattended } from '../src/updates.ts';

const defaults = parse(config, {});

describe('the files of base with the default configuration', () => {
  it.each([
    ['sshd.conf', sshdDropIn(defaults.ssh)],
    ['jail.local', jailLocal(defaults, '10.0.0.0/16')],
    ['daemon.json', daemonJson(defaults.docker)],
    ['journald.conf', journaldConf(defaults.journal)],
    ['timesyncd.conf', timesyncdConf(defaults.ntpServers)],
    ['resolv.conf', plainResolvConf(defaults.dns)],
    ['resolved.conf', resolvedConf(defaults.dns)],
    ['20auto-upgrades', periodic(defaults.securityUpdates)],
    ['52keybuzz-unattended', unattended(defaults.securityUpdates)],
    ['audit.rules', auditRules],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });
});

describe('Docker', () => {
  it('needs a version and a signing key when it comes from its own repository', () => {
    expect(() => dockerSource({ ...defaults.docker, source: 'upstream' })).toThrow('base: docker.source upstream needs docker.version and docker.signingKey: nothing floats');
  });

  it('is not installed when it is not wanted', () => {
    expect(dockerPackages({ ...defaults.docker, source: 'none' }, true)).toEqual([]);
  });

  it('has its command in a package of its own since Debian 13', () => {
    expect(dockerPackages(defaults.docker, true)).toEqual(['docker.io', 'docker-cli']);
    expect(dockerPackages(defaults.docker, false)).toEqual(['docker.io']);
  });
});
