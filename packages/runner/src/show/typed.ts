const commands = 'plan|rollout|health|test|drill|demo|explain|graph|docs|hosts|inventory|secrets|twin';
const onHosts = 'plan|rollout|health|test|drill|hosts trust';

/** Advice with its commands as this operator types them: `./kb` in a checkout, and on the twin where this run is. */
export function typed(next: string, how: { checkout: boolean; twin: boolean } = here()): string {
  const there = how.twin ? next.replaceAll(new RegExp(`(\\bkeybuzz (?:${onHosts})\\b)(?![^,;]*--on)`, 'g'), (command) => `${command} --on twin`) : next;
  return how.checkout ? there.replaceAll(new RegExp(`\\bkeybuzz(?= (?:(?:${commands})\\b|--help))`, 'g'), './kb') : there;
}

function here(): { checkout: boolean; twin: boolean } {
  return { checkout: process.env['KB_ROOT'] !== undefined, twin: process.env['KEYBUZZ_TWIN'] !== undefined };
}
