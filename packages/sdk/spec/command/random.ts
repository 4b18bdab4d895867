/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const nasty = ["'", '"', '`', '$', '\\', '\n', '\t', ' ', '!', '*', '?', '[', ']', '{', '}', '(', ')', '<', '>', '|', '&', ';', '#', '~', '=', '%', '^', '-', ',', 'é', '日', '🔑', '\u0001', '\u001b', '\u007f', '\r', 'a', 'Z', '0', '$(', '${x}', '<<', 'EOF', '\n\n', "'\\''", '&&', '||', '-n', '--'];

/** A word made of what shells stumble over. */
export function nastyWord(random: () => number, length = 12): string {
  return Array.from({ length: Math.floor(random() * length) }, () => nasty[Math.floor(random() * nasty.length)]).join('');
}
