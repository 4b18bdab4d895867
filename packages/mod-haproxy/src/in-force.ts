import { change, predicted, sh, unitState, type Change, type Command, type Fact, type Operation, type Seen, type Turn } from '@keybuzz/sdk';
import { loaded, type Loaded } from './loaded.ts';
import type { Marked } from './mark.ts';
import { ask } from './runtime.ts';

/** HAProxy, if it runs, works with the file as it is wanted: it is reloaded when its own answer says otherwise. */
export function inForce({ path, variable, value }: Marked): Operation {
  return following(path, { title: `haproxy works with ${path}`, so: ({ files, marks }) => files.includes(path) && marks.get(variable) === value });
}

/** HAProxy, if it runs, works without the file. */
export function notInForce(path: string): Operation {
  return following(path, { title: `haproxy works without ${path}`, so: ({ files }) => !files.includes(path) });
}

const unit = unitState('haproxy');

function following(path: string, { title, so }: { title: string; so: (now: Loaded) => boolean }): Operation {
  const facts: readonly Fact<unknown>[] = [unit, loaded()];
  return { title, facts, changes: (seen, turn) => (so(seen(loaded())) || !stale(path, { seen, turn }) ? [] : [reloaded(path)]) };
}

/** Not when it does not run, nor when it was just started: it has read, or will read, what is there. */
function stale(path: string, { seen, turn }: { seen: Seen; turn: Turn }): boolean {
  const ahead = predicted(turn);
  const started = ahead.findLastIndex((touch) => touch === 'unit:haproxy');
  const written = ahead.lastIndexOf(`file:${path}`);
  return started < 0 ? seen(unit).active : started < written;
}

function reloaded(path: string): Change {
  return change(reload, { summary: `reload haproxy: ${path} changed`, touches: ['unit:haproxy'], difference: { kind: 'value', what: 'haproxy', from: `older than ${path}`, to: 'reloaded' } });
}

const refusal = 'haproxy was told to reload, but its old process still answers: connections are served as before; a port of the new configuration may be taken (ss -ltnp)';

/**
 * systemd calls a reload done when the signal is sent. A new configuration may be valid and still fail, when a port is
 * taken: the old process then goes on in silence. So this ends when a new one answers, or fails after 10 s.
 */
const reload: Command = sh`pid() { ${ask('show info')} 2>/dev/null | grep '^Pid:'; }; old=$(pid); systemctl reload haproxy && left=50 && until new=$(pid) && [ "$new" != "$old" ]; do left=$((left - 1)); [ "$left" -gt 0 ] || { journalctl --quiet --no-pager --output cat --lines 8 _SYSTEMD_UNIT=haproxy.service >&2; printf '%s\n' ${refusal} >&2; exit 1; }; sleep 0.2; done`;
