import type { ChangeEvent, ReportEvent } from '@keybuzz/sdk';

/** The same change, on all the hosts where it is the same. */
export type GroupedChange = Omit<ChangeEvent, 'host'> & { readonly hosts: readonly string[] };

/** Changes in the order they were first told, equal ones of several hosts as one. */
export function groupedChanges(events: readonly ReportEvent[]): readonly GroupedChange[] {
  const groups = new Map<string, GroupedChange>();
  for (const event of events) {
    if (event.type !== 'change') continue;
    const { host, ...rest } = event;
    const same = JSON.stringify([rest.module, rest.operation, rest.summary, rest.state, rest.difference]);
    groups.set(same, { ...rest, hosts: [...(groups.get(same)?.hosts ?? []), host] });
  }
  return [...groups.values()];
}
