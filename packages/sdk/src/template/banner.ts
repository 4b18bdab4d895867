/** The first line of every file that we write: who wrote it, and that edits do not last. */
export function banner(module: string, comment = '#'): string {
  return `${comment} Written by keybuzz (module ${module}): edits here are overwritten.`;
}
