import { didYouMean, Failure } from '@keybuzz/sdk';
import { loadStack } from '../load-stack.ts';
import type { Options } from '../options.ts';

/** No module has drills yet; the frame is in the sdk (drill/). */
export async function drill(name: string, options: Options): Promise<number> {
  const { uses, definition } = await loadStack(options);
  const known = uses.map((u) => u.module.name);
  if (!known.includes(name)) throw new Failure('badConfig', `the stack ${definition.name} has no module ${name}${didYouMean(name, known)}; it has ${known.join(', ')}`, { next: 'keybuzz graph' });
  throw new Failure('badConfig', `the module ${name} has no drills`, { next: `keybuzz test --only ${name}` });
}
