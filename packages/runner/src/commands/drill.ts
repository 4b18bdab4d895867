import { relative } from 'node:path';
import { drillsOf, Failure, type DrillEvent } from '@keybuzz/sdk';
import { faultsOf } from '../drill-faults.ts';
import { measuredOn } from '../drill-machine.ts';
import { checkReadme, writeReadme } from '../drill-readme.ts';
import { writeDrillReport } from '../drill-report.ts';
import { drilled, wantedDrills } from '../drill-selection.ts';
import { drillSeries } from '../drill-series.ts';
import { drillList, drillTable } from '../drill-table.ts';
import { loadStack } from '../load-stack.ts';
import { underLock } from '../lock.ts';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';

/** Which drills, and what becomes of what they measure. */
export interface DrillOptions extends Options {
  readonly quick?: boolean;
  readonly list?: boolean;
  readonly writeReadme?: boolean;
}

/** The module's drills, or the named ones, were run one after the other and left a report. Exit 1 when a promise was broken. */
export async function drill(module: string, names: readonly string[], options: DrillOptions): Promise<number> {
  const used = drilled(await loadStack(options), module);
  if (options.list === true) return list(drillsOf(used), options);
  const drills = wantedDrills(used, { names, quick: options.quick });
  if (options.on === undefined && options.yes !== true) throw new Failure('badConfig', `drills break ${module} on the servers themselves: that needs --yes`, { next: `keybuzz drill ${module} --on twin` });
  if (options.writeReadme === true) checkReadme(module);
  const interrupted = new AbortController();
  return runOnStack(options, {
    command: `drill ${module}`,
    mode: 'apply',
    progress: true,
    interrupted,
    work: (stack, journal, say) => underLock(stack, `drill ${module}`, async () => {
      const at = new Date();
      const series = await drillSeries(stack, drilled(stack, module), { drills, faults: faultsOf(options, stack), signal: interrupted.signal });
      const events = series.outcomes.map(({ event }) => event);
      if (events.length > 0) {
        const hosts = stack.inventory.hosts.filter((host) => stack.uses.some((use) => use.hosts.includes(host))).length;
        const record = { module, outcomes: series.outcomes, measuredOn: measuredOn({ twin: options.on !== undefined, hosts, at }) };
        say(`${drillTable(events)}\n${relative(process.cwd(), writeDrillReport(journal.folder, record))}\n`);
        if (options.writeReadme === true && series.left.length === 0) writeReadme(record);
      }
      if (series.left.length > 0) stack.report({ type: 'note', message: `not run: ${series.left.map(({ name }) => name).join(', ')}` });
      if (series.interrupted !== undefined) throw series.interrupted;
      return series.left.length === 0 && events.every(kept) ? exit.done : exit.failed;
    }),
  });
}

function kept({ verdict }: DrillEvent): boolean {
  return verdict === 'kept';
}

function list(drills: ReturnType<typeof drillsOf>, options: Options): number {
  const told = drills.map(({ name, title, promise, quick = false, long = false }) => ({ name, title, promise, quick, long }));
  process.stdout.write(options.json === true ? `${JSON.stringify(told)}\n` : drillList(drills));
  return exit.done;
}
