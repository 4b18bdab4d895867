import type { SecretStore } from '../credentials/index.ts';
import { openStack, type OpenStack, type StackDefinition, type Use } from '../module/index.ts';
import { resolveUses } from '../module/resolve.ts';
import type { ReportEvent } from '../report/index.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { fakeSecrets } from './fake-secrets.ts';

/** A stack on machines in memory; it can be opened again and again, as an operator runs the CLI again and again. */
export interface FakeStack {
  readonly cluster: FakeCluster;
  readonly secrets: SecretStore;
  /** Opened anew, for some hosts or all: what earlier runs touched or saw fail is forgotten. Its events are added to `events`. */
  open(mode?: 'plan' | 'apply', hosts?: readonly string[]): OpenStack & { readonly events: ReportEvent[] };
}

export function fakeStack(uses: readonly Use[], options: { cluster: FakeCluster; secrets?: SecretStore }): FakeStack {
  const { cluster, secrets = fakeSecrets() } = options;
  const definition: StackDefinition = { name: 'fake', inventory: 'fake', controller: cluster.controller.name, modules: uses };
  const { inventory, controller, sessions, clock } = cluster;
  const read = { definition, folder: '/', inventory, controller, uses: resolveUses(definition, inventory) };
  return {
    cluster,
    secrets,
    open: (mode = 'apply', hosts) => {
      const events: ReportEvent[] = [];
      return { ...openStack(read, { mode, sessions, secrets, clock, ...(hosts === undefined ? {} : { hosts }), report: (event) => void events.push(event) }), events };
    },
  };
}
