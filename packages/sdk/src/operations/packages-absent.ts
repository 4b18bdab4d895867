import { sh } from '../command/index.ts';
import { change, type Operation } from '../converge/index.ts';
import { packageState } from '../facts/packages.ts';
import { aptState } from '../facts/apt.ts';
import { aptGet } from './apt-get.ts';
import { leftovers } from './apt-leftovers.ts';
import { checked, namely } from './packages.ts';

/** The packages are not installed; with `purge` their configuration is gone too. */
export function packagesAbsent(names: readonly string[], options: { purge?: boolean } = {}): Operation {
  const { purge = false } = options;
  for (const name of names) checked(name);
  return {
    title: `${namely(names)} absent`,
    facts: [aptState, ...names.map((name) => packageState(name))],
    changes: (seen) => {
      const gone = purge ? ['not-installed'] : ['not-installed', 'config-files'];
      const there = names.filter((name) => !gone.includes(seen(packageState(name)).status));
      if (there.length === 0) return leftovers(seen);
      const remove = change(sh`${aptGet} ${purge ? 'purge' : 'remove'} -- ${there}`, {
        summary: `remove ${there.join(' ')}`,
        touches: there.map((name) => `package:${name}`),
        difference: { kind: 'value', what: there.join(' '), from: 'installed', to: 'absent' },
        within: 900_000,
      });
      return [...leftovers(seen), remove];
    },
  };
}
