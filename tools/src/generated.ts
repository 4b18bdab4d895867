import { run } from './run.ts';

/**
 * Whether docs/modules/*.md, the tables between `generated` marks in the READMEs and the picture of the
 * topology are what `keybuzz docs` writes today; it says itself which file is stale and what to type.
 */
export async function generatedFilesAreCurrent(): Promise<boolean> {
  return (await run('node', ['--disable-warning=ExperimentalWarning', 'packages/runner/src/bin.ts', 'docs', '--check'])) === 0;
}
