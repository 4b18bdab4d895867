import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@keybuzz/sdk';
import { withSection } from './docs/marked-section.ts';
import { drillSection, plots, type DrillRecord } from './drill-report.ts';
import { projectRoot } from './project.ts';

const folder = 'docs/drills/';

/** README.md has the place for the module's table. Throws Failure `badConfig` that says what to write there: better before hours of drills than after. */
export function checkReadme(module: string, root: string = projectRoot): void {
  if (withSection(readFileSync(join(root, 'README.md'), 'utf8'), `drills:${module}`, '') !== undefined) return;
  throw new Failure('badConfig', `README.md has no place for the drills of ${module}`, { next: `write <!-- drills:${module}:start --> and <!-- drills:${module}:end --> on lines of their own into it` });
}

/** README.md has the table of these drills between its markers, and their plots are in docs/drills/. */
export function writeReadme(record: DrillRecord, root: string = projectRoot): void {
  const path = join(root, 'README.md');
  const text = withSection(readFileSync(path, 'utf8'), `drills:${record.module}`, drillSection(record, folder));
  if (text === undefined) return checkReadme(record.module, root);
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, svg] of plots(record)) writeFileSync(join(root, folder, name), svg);
  writeFileSync(path, text);
}
