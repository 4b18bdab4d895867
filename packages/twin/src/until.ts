/** True once the condition held; false when `within` ms passed without it. */
export async function until(
  pace: { readonly within: number; readonly every: number },
  condition: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const deadline = performance.now() + pace.within;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pace.every));
  }
}
