import { Failure } from '@keybuzz/sdk';
import { loadStack } from '../open.ts';
import type { Options } from '../options.ts';

/** No module has drills yet; the frame is in the sdk (drill/). */
export async function drill(name: string, options: Options): Promise<number> {
  const { uses } = await loadStack(options);
  const known = uses.map((u) => u.module.name);
  if (!known.includes(name)) throw new Failure('badConfig', `the stack has no module ${name}; it has ${known.join(', ')}`);
  throw new Failure('badConfig', `the module ${name} has no drills`);
}
