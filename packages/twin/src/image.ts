import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { machineSources } from './apt-sources.ts';
import { recipeOf } from './image-recipe.ts';
import type { Recipe, Release } from './image-recipe.ts';
import { withLock } from './lock.ts';
import { run } from './run.ts';

/** A root file system that hosts share as their lower, never written layer. */
export type Image = { readonly release: Release; readonly directory: string };

/** Told while an image is made. */
export type ImageEvent = { readonly kind: 'image'; readonly release: Release; readonly step: 'making' | 'made'; readonly ms: number };

const HALF_AN_HOUR = 30 * 60_000;

/** The folder, outside of every checkout, for what is expensive to make and common to all twins. */
export function cacheFolder(): string {
  return `${process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`}/keybuzz`;
}

/** The image of a release exists in the cache: made at most once per recipe, whole or not at all. */
export async function ensureImage(options: {
  readonly release: Release;
  readonly cache?: string;
  readonly onProgress?: (event: ImageEvent) => void;
}): Promise<Image> {
  const { release, cache = cacheFolder(), onProgress = () => {} } = options;
  const recipe = recipeOf(release, machineSources());
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 10);
  const directory = `${cache}/images/${release}-${hash}`;
  if (existsSync(directory)) return { release, directory };
  return withLock(`${directory}.lock`, HALF_AN_HOUR, async () => {
    if (existsSync(directory)) return { release, directory };
    const start = performance.now();
    onProgress({ kind: 'image', release, step: 'making', ms: 0 });
    // What a killed maker left behind; we hold the lock, so nobody works there.
    const prefix = `.making-${release}-${hash}-`;
    for (const name of readdirSync(`${cache}/images`)) if (name.startsWith(prefix)) rmSync(`${cache}/images/${name}`, { recursive: true });
    const draft = `${cache}/images/${prefix}${process.pid}`;
    await make(recipe, draft);
    renameSync(draft, directory);
    onProgress({ kind: 'image', release, step: 'made', ms: Math.round(performance.now() - start) });
    return { release, directory };
  });
}

async function make(recipe: Recipe, directory: string): Promise<void> {
  const { release, sources } = recipe;
  const argv = [
    'mmdebstrap', '--quiet', '--mode=root', '--variant=minbase', '--skip=cleanup/apt',
    '--aptopt=Acquire::Languages "none"', '--dpkgopt=force-unsafe-io', `--include=${recipe.packages.join(',')}`,
    release, directory,
    `deb ${sources.main} ${release} main`, `deb ${sources.main} ${release}-updates main`, `deb ${sources.security} ${release}-security main`,
  ];
  await run(argv, { within: HALF_AN_HOUR, next: `check that this machine reaches ${sources.main} (apt-get update), then run the command again` });
  rmSync(`${directory}/etc/apt/sources.list`, { force: true });
  for (const name of readdirSync(`${directory}/etc/apt/sources.list.d`)) rmSync(`${directory}/etc/apt/sources.list.d/${name}`);
  for (const [path, content] of Object.entries(recipe.files)) {
    mkdirSync(dirname(`${directory}/${path}`), { recursive: true });
    rmSync(`${directory}/${path}`, { force: true });
    writeFileSync(`${directory}/${path}`, content);
  }
  for (const masked of recipe.masked) {
    const path = `${directory}/etc/systemd/${masked}`;
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync('/dev/null', path);
  }
  for (const name of readdirSync(`${directory}/etc/ssh`)) if (name.startsWith('ssh_host_')) rmSync(`${directory}/etc/ssh/${name}`);
  // The files that say systemd has done its work after an update: hosts need not do it at their first boot.
  for (const name of ['etc', 'var']) writeFileSync(`${directory}/${name}/.updated`, '');
  // Fresh lists and apt's own index are part of the image: a host's first apt-get starts at once.
  await run(['chroot', directory, 'apt-get', 'clean']);
  await run(['chroot', directory, 'apt-cache', 'gencaches']);
}
