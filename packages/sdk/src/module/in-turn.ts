/** The acts were done one after the other; in a plan, where nothing happens that the next could wait for, at the same time. */
export async function inTurn<T>(mode: 'plan' | 'apply', acts: readonly (() => Promise<T>)[]): Promise<T[]> {
  if (mode === 'plan') return Promise.all(acts.map((act) => act()));
  const done: T[] = [];
  for (const act of acts) done.push(await act());
  return done;
}
