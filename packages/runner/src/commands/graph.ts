import { writeFileSync } from 'node:fs';
import { topologySvg } from '../docs/topology-svg.ts';
import { loadStack } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';

/** Modules in the order they are rolled out, what each requires, and its hosts, were printed, or drawn into a file. */
export async function graph(options: Options & { svg?: string }): Promise<number> {
  const stack = await loadStack(options);
  if (options.svg !== undefined) writeFileSync(options.svg, topologySvg(stack));
  const modules = stack.uses.map((u) => ({ name: u.module.name, requires: u.module.definition.requires.map((r) => r.name), hosts: u.hosts.map((h) => h.name) }));
  if (options.json === true) process.stdout.write(`${JSON.stringify(modules)}\n`);
  else for (const m of modules) process.stdout.write(`${m.name}${m.requires.length === 0 ? '' : `  after ${m.requires.join(', ')}`}\n  ${m.hosts.length} hosts: ${m.hosts.join(' ')}\n`);
  return exit.done;
}
