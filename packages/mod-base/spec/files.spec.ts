import { describe, expect, it } from 'vitest';
import '@keybuzz/sdk/testing';
import { parse, safeParse } from 'valibot';
import { auditRules } from '../src/audit.ts';
import { jailLocal } from '../src/bans.ts';
import { config } from '../src/config.ts';
import { daemonJson, dockerPackages, knowsNetworkDefaults } from '../src/docker.ts';
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
    ['daemon.json', daemonJson(defaults.docker, { address: '10.0.0.11', networkDefaults: true })],
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
  const upstream = { source: 'upstream', version: '5:28.5.*', containerd: '1.7.27-1', signingKey: new URL('files.spec.ts', import.meta.url).pathname } as const;

  it.each([{}, { version: undefined }, { containerd: undefined }, { signingKey: undefined }, { signingKey: '/none' }])('needs its versions and its key when it comes from its own repository; without: %j', (without) => {
    const { success } = safeParse(config, { docker: { ...upstream, ...without } });
    expect(success).toBe(Object.keys(without).length === 0);
  });

  it('comes with the containerd that was said', () => {
    expect(dockerPackages(parse(config, { docker: upstream }).docker, true)).toEqual([{ name: 'docker-ce', version: '5:28.5.*' }, { name: 'docker-ce-cli', version: '5:28.5.*' }, { name: 'containerd.io', version: '1.7.27-1' }]);
  });

  it.each([
    ['5:28.5.*', 'jammy', true],
    ['5:23.0.6-1', 'trixie', false],
    [undefined, 'trixie', true],
    [undefined, 'noble', true],
    [undefined, 'bookworm', false],
  ])('of version %s on %s knows defaults for networks: %s', (version, codename, known) => {
    expect(knowsNetworkDefaults({ ...defaults.docker, source: version === undefined ? 'distro' : 'upstream', version }, codename)).toBe(known);
  });

  it('is not installed when it is not wanted', () => {
    expect(dockerPackages({ ...defaults.docker, source: 'none' }, true)).toEqual([]);
  });

  it('has its command in a package of its own since Debian 13', () => {
    expect(dockerPackages(defaults.docker, true)).toEqual(['docker.io', 'docker-cli']);
    expect(dockerPackages(defaults.docker, false)).toEqual(['docker.io']);
  });
});
