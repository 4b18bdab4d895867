import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { withConfigTable, type ReadStack } from '@keybuzz/sdk';
import { cliPage } from '../docs/cli-page.ts';
import { modulePage } from '../docs/module-page.ts';
import { topologySvg } from '../docs/topology-svg.ts';
import { loadStack } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';
import { projectRoot } from '../project.ts';
import { typed } from '../show/typed.ts';

/** Every generated file is what the stack and the CLI say today; with `check` the stale ones were named and nothing was written. */
export async function docs(program: Command, options: Options & { check?: boolean }): Promise<number> {
  const stale = [...generated(program, await loadStack(options))].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
  for (const [path, text] of stale) {
    process.stdout.write(`${options.check === true ? 'stale' : 'wrote'} ${path.slice(projectRoot.length + 1)}\n`);
    if (options.check === true) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (options.check !== true || stale.length === 0) return exit.done;
  process.stderr.write(`  next  ${typed('keybuzz docs, then read the difference')}\n`);
  return exit.failed;
}

function generated(program: Command, stack: ReadStack): Map<string, string> {
  const files = new Map([
    [join(projectRoot, 'docs', 'topology.svg'), topologySvg(stack)],
    [join(projectRoot, 'docs', 'cli.md'), cliPage(program)],
  ]);
  for (const used of stack.uses) {
    files.set(join(projectRoot, 'docs', 'modules', `${used.module.name}.md`), modulePage(used));
    const readme = join(projectRoot, 'packages', `mod-${used.module.name}`, 'README.md');
    const withTable = existsSync(readme) ? withConfigTable(readFileSync(readme, 'utf8'), used.module.definition.config) : undefined;
    if (withTable !== undefined) files.set(readme, withTable);
  }
  return files;
}
