import { change, directory, Failure, file, fresh, json, repository, serviceRunning, sh, type Operation } from '@keybuzz/sdk';
import { readFileSync } from 'node:fs';
import type { BaseConfig } from './config.ts';

type Docker = BaseConfig['docker'];

const settingsFile = '/etc/docker/daemon.json';

/** What `daemon.json` says: bounded logs, containers that outlive a restart of the daemon. */
export function daemonJson({ logMaxSize, logMaxFiles }: Docker): string {
  return json({
    'log-driver': 'json-file',
    'log-opts': { 'max-size': logMaxSize, 'max-file': String(logMaxFiles) },
    'live-restore': true,
    'exec-opts': ['native.cgroupdriver=systemd'],
  });
}

/** The daemon's settings are there. */
export function dockerSettings(docker: Docker): readonly Operation[] {
  return docker.source === 'none' ? [] : [directory('/etc/docker'), file(settingsFile, daemonJson(docker))];
}

/** Docker's own repository is known to apt, when Docker CE is wanted. */
export function dockerSource(docker: Docker): readonly Operation[] {
  if (docker.source !== 'upstream') return [];
  const { version, signingKey } = docker;
  if (version === undefined || signingKey === undefined) {
    throw new Failure('badConfig', 'base: docker.source upstream needs docker.version and docker.signingKey: nothing floats', { next: "set both in the stack's use(base, …)" });
  }
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
export function dockerPackages({ source, version }: Docker, trixie: boolean): readonly (string | { name: string; version: string })[] {
  if (source === 'none') return [];
  if (source === 'distro') return trixie ? ['docker.io', 'docker-cli'] : ['docker.io'];
  const pinned = (name: string): { name: string; version: string } => ({ name, version: version ?? '' });
  return [pinned('docker-ce'), pinned('docker-ce-cli'), 'containerd.io'];
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
