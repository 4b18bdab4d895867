import type { Image } from './image.ts';
import { twinFolder } from './state.ts';

/** Folders that programs mount overlays on: they lie on the host's disk itself, beside its overlay. */
export const plainFolders: readonly string[] = ['docker', 'containerd', 'kubelet', 'rancher'];

/** What every host of a twin has in common. */
export type Common = {
  readonly name: string;
  readonly image: Image;
  readonly controller: string;
  readonly publicKey: string;
};

/** The folder in which a host keeps its disk, its boot script and its console. */
export function hostFolder(name: string, host: string): string {
  return `${twinFolder(name)}/hosts/${host}`;
}

/** The cgroup of a host in every hierarchy, relative to its root. */
export function hostCgroup(name: string, host: string): string {
  return `${name}/h-${host}`;
}

/** The cgroup of the processes that serve a twin from outside: power scripts, the package proxy, watchdogs. */
export function keeperCgroup(name: string): string {
  return `${name}/keepers`;
}
