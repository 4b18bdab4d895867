import { change, directory, file, fresh, json, os, repository, serviceRunning, sh, when, type Operation } from '@keybuzz/sdk';
import { readFileSync } from 'node:fs';
import type { BaseConfig } from './config.ts';

type Docker = BaseConfig['docker'];

const settingsFile = '/etc/docker/daemon.json';

/** What `daemon.json` says: bounded logs, containers that outlive a restart of the daemon, published ports on the private address only. */
export function daemonJson({ logMaxSize, logMaxFiles }: Docker, on: { address: string; networkDefaults: boolean }): string {
  return json({
    'log-driver': 'json-file',
    'log-opts': { 'max-size': logMaxSize, 'max-file': String(logMaxFiles) },
    'live-restore': true,
    'exec-opts': ['native.cgroupdriver=systemd'],
    // Docker forwards published ports before UFW sees the packets: on every address they would be open to the Internet.
    ip: on.address,
    // The same for networks that are created later, such as those of compose; `ip` is for the default one.
    ...(on.networkDefaults ? { 'default-network-opts': { bridge: { 'com.docker.network.bridge.host_binding_ipv4': on.address } } } : {}),
  });
}

/** The daemon's settings are there. */
export function dockerSettings(docker: Docker, address: string): readonly Operation[] {
  if (docker.source === 'none') return [];
  const written = (networkDefaults: boolean): Operation =>
    when(os(), (system) => knowsNetworkDefaults(docker, system.codename) === networkDefaults, file(settingsFile, daemonJson(docker, { address, networkDefaults })));
  return [directory('/etc/docker'), written(true), written(false)];
}

/** Docker has defaults for networks since version 24, and does not start with a setting that it does not know. */
export function knowsNetworkDefaults({ source, version = '' }: Docker, codename: string): boolean {
  return source === 'upstream' ? Number.parseInt(version.replace(/^\d+:/, ''), 10) >= 24 : !['bookworm', 'jammy'].includes(codename);
}

/** Docker's own repository is known to apt, when Docker CE is wanted. */
export function dockerSource({ source, signingKey = '' }: Docker): readonly Operation[] {
  if (source !== 'upstream') return [];
  return [
    repository({
      name: 'docker',
      uris: ['https://download.docker.com/linux/$ID'],
      suites: ['$CODENAME'],
      components: ['stable'],
      signingKey: readFileSync(signingKey),
    }),
  ];
}

/** The packages of the wanted Docker; since Debian 13 the `docker` command is a package of its own. */
export function dockerPackages({ source, version = '', containerd = '' }: Docker, trixie: boolean): readonly (string | { name: string; version: string })[] {
  if (source === 'none') return [];
  if (source === 'distro') return trixie ? ['docker.io', 'docker-cli'] : ['docker.io'];
  return [{ name: 'docker-ce', version }, { name: 'docker-ce-cli', version }, { name: 'containerd.io', version: containerd }];
}

/** Docker runs with its present settings, and no container was stopped for it. */
export function dockerRunning({ source }: Docker): readonly Operation[] {
  if (source === 'none') return [];
  return [serviceRunning('docker'), sparingRestart(fresh('docker', { files: [settingsFile] }))];
}

/**
 * A daemon that was started without live-restore takes its containers down when it stops: it is told of
 * live-restore by a reload first, which that setting allows.
 */
function sparingRestart(restart: Operation): Operation {
  return {
    ...restart,
    changes: (seen, turn) => restart.changes(seen, turn).map((each) => change(sh`systemctl reload docker && ${each.command}`, each)),
  };
}
