const commands = 'plan|rollout|health|test|drill|switchover|reboot|demo|explain|graph|docs|hosts|inventory|secrets|twin';
const ours = new RegExp(`\\bkeybuzz(?= (?:(?:${commands})\\b|--help))`, 'g');
const onHosts = /\bkeybuzz (?:plan|rollout|health|test|drill|switchover|reboot|hosts trust)\b(?![^,;]*--on)/g;

/** Advice with its commands as this operator types them: `./kb` in a checkout, and on the twin where this run is. */
export function typed(next: string, how: { checkout: boolean; twin: boolean } = here()): string {
  const there = how.twin ? onTwin(next) : next;
  return how.checkout ? there.replaceAll(ours, './kb') : there;
}

/** The same advice for hosts that are reached from inside the twin only. */
function onTwin(next: string): string {
  return next
    .replace(/^(?=(nc|ssh|getent) )/, 'keybuzz twin exec -- ')
    .replace(/^on ([\w.-]+): /, 'keybuzz twin ssh $1 ')
    .replaceAll(onHosts, '$& --on twin');
}

function here(): { checkout: boolean; twin: boolean } {
  return { checkout: process.env['KB_ROOT'] !== undefined, twin: process.env['KEYBUZZ_TWIN'] !== undefined };
}
