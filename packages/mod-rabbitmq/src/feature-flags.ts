import { change, operation, sh, type Change, type Fact, type Operation } from '@keybuzz/sdk';
import { answered, jsonOf, type Api } from './api.ts';

interface RawFlag { name: string; state: string; stability: string }

/** Flags that are left as they are: with this one RabbitMQ moves its metadata into another store, where nothing of it can be taken back. */
const left = ['khepri_db'];

/** Stable flags that all nodes support and that are off; undefined while the node does not serve. */
export function flagsLacking(api: Api): Fact<readonly string[] | undefined> {
  return answered('feature flags', api, {
    path: '/feature-flags',
    parse: (answer) => jsonOf<RawFlag[]>(answer)?.filter(({ name, state, stability }) => stability === 'stable' && state === 'disabled' && !left.includes(name)).map(({ name }) => name),
  });
}

/** The changes that switch them on. */
export function enabling(flags: readonly string[] = []): readonly Change[] {
  return flags.map((name) => change(sh`rabbitmqctl --quiet enable_feature_flag ${name}`, { summary: `enable the feature flag ${name}`, touches: [`rabbitmq:flag ${name}`], within: 300_000 }));
}

/** Every stable feature that all nodes support is on: the next version may require it. */
export function flagsEnabled(api: Api): Operation {
  return operation({ title: 'stable feature flags are enabled', look: { flags: flagsLacking(api) }, change: ({ flags }) => enabling(flags) });
}
