import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { asFailure, Failure, sh, type Command, type Host, type OpenStack, type Session } from '@keybuzz/sdk';

const folder = '/run/keybuzz/lock';
const leaseSeconds = 30;

/** Who holds a lock, as written on the host. */
interface Holder {
  readonly who: string;
  readonly machine: string;
  readonly boot: string;
  readonly pid: number;
  /** When the process started, as its kernel counts; a later process with the same number is another one. */
  readonly started: string | undefined;
  readonly why: string;
  readonly since: string;
}

/** Locks are taken on this many hosts, so that one that is down, for one operator or for both, hides nobody. */
const places = 3;

/**
 * This run is the only one that changes the stack, until it is disposed of. The lock is a folder on the stack's
 * first hosts, renewed while it is held; one whose owner died, here, or stopped renewing it for 30 s, is taken over.
 * Hosts that are down are passed over. Throws Failure `locked` naming the other operator.
 */
export async function holdLock(stack: OpenStack, why: string): Promise<AsyncDisposable> {
  const mine: Holder = { who: userInfo().username, machine: hostname(), boot: bootId(), pid: process.pid, started: startOf(process.pid), why, since: new Date().toISOString() };
  const order = [...new Set(stack.uses.flatMap((u) => u.hosts))].toSorted((a, b) => Number(b.core) - Number(a.core) || a.name.localeCompare(b.name));
  const held: Session[] = [];
  for (let from = 0; held.length === 0 && from < order.length; from += places) {
    const taken = await Promise.allSettled(order.slice(from, from + places).map((host) => takeOn(stack, host, mine)));
    held.push(...taken.flatMap((t) => (t.status === 'fulfilled' ? [t.value] : [])));
    const refusal = taken.find((t) => t.status === 'rejected' && asFailure(t.reason).kind === 'locked');
    if (refusal?.status === 'rejected') {
      await release(held);
      throw refusal.reason;
    }
  }
  const renewal = setInterval(() => held.forEach((session) => void session.run([sh`touch ${folder}/holder`]).catch(() => undefined)), (leaseSeconds * 1000) / 3);
  renewal.unref();
  return {
    [Symbol.asyncDispose]: () => {
      clearInterval(renewal);
      return release(held);
    },
  };
}

async function takeOn(stack: OpenStack, host: Host, mine: Holder): Promise<Session> {
  const session = await stack.sessions.session(host);
  await take(session, { mine, host: host.name });
  return session;
}

async function release(held: readonly Session[]): Promise<void> {
  await Promise.all(held.map((session) => session.run([sh`rm -rf ${folder}`]).catch(() => undefined)));
}

async function take(session: Session, about: { mine: Holder; host: string }): Promise<void> {
  const { mine, host } = about;
  const attempt = claim(mine);
  const [made, age, holder] = await session.run([attempt, sh`echo $(( $(date +%s) - $(stat -c %Y ${folder}/holder) ))`, sh`cat ${folder}/holder`]);
  if (made?.code === 0) return;
  const other = parsed(holder?.stdout);
  if (other === undefined || Number(age?.stdout) > leaseSeconds || died(other, mine)) {
    const [taken] = await session.run([sh`rm -rf ${folder} && ${attempt}`]);
    if (taken?.code === 0) return;
  }
  const who = other === undefined ? 'another run' : `${other.who} on ${other.machine} (${other.why}, process ${other.pid}) since ${other.since}`;
  throw new Failure('locked', `${who} is changing this stack`, { host, next: `wait for it to end; a run that died frees the lock within ${leaseSeconds} s` });
}

function claim(mine: Holder): Command {
  const note = JSON.stringify(mine);
  return sh`mkdir -p -m 755 /run/keybuzz && mkdir ${folder} 2>/dev/null && printf %s ${note} >${folder}/holder`;
}

function parsed(text: string | undefined): Holder | undefined {
  try {
    return JSON.parse(text ?? '') as Holder;
  } catch {
    return undefined;
  }
}

/** Whether the holder was a process of this very machine and boot that is gone, or dead and not yet buried. */
function died(other: Holder, mine: Holder): boolean {
  if (other.machine !== mine.machine || other.boot !== mine.boot || mine.started === undefined) return false;
  return startOf(other.pid) !== other.started;
}

/** Undefined for a process that is gone or a zombie, and where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
