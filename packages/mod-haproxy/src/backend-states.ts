import { fact, type Fact } from '@keybuzz/sdk';
import { csv } from './csv.ts';
import { ask } from './runtime.ts';

/** A server of a backend as HAProxy sees it. */
export interface BackendState {
  readonly backend: string;
  readonly server: string;
  /** `no check` counts as up: nobody looks. */
  readonly status: 'up' | 'down' | 'maintenance' | 'draining' | 'no check';
  /** As HAProxy writes it: `UP`, `DOWN 1/2`, `MAINT (via a/b)`, … */
  readonly words: string;
  /** Connections at this moment. */
  readonly sessions: number;
  /** What the last check found, such as `L7OK` or `L4CON`; empty when there was none. */
  readonly lastCheck: string;
}

// Type 4 are servers, -1 all of them.
const asked: Fact<readonly BackendState[]> = fact({
  name: 'states of servers behind HAProxy',
  command: ask('show stat -1 4 -1'),
  anyExit: true,
  parse: ({ code, stdout }) => (code === 0 ? csv(stdout.replace(/^# /, '')).map(stateOf) : []),
});

/** Every server of every backend of the host's proxy, in the order of the configuration; none when it does not run. */
export function backendStates(): Fact<readonly BackendState[]> {
  return asked;
}

function stateOf(row: Readonly<Record<string, string>>): BackendState {
  const words = row['status'] ?? '';
  return { backend: row['pxname'] ?? '', server: row['svname'] ?? '', status: statusOf(words), words, sessions: Number(row['scur'] ?? 0), lastCheck: row['check_status'] ?? '' };
}

/** `UP 1/3` is on its way down and `DOWN 1/2` on its way up: neither has got there. */
function statusOf(words: string): BackendState['status'] {
  if (words.startsWith('UP')) return 'up';
  if (words.startsWith('no check')) return 'no check';
  if (words.startsWith('MAINT')) return 'maintenance';
  return /^(DRAIN|NOLB)/.test(words) ? 'draining' : 'down';
}
