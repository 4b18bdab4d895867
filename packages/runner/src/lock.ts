import { asFailure, Failure, sh, type Command, type Host, type OpenStack, type Session } from '@keybuzz/sdk';
import { died, parsedHolder, thisProcess } from './lock-holder.ts';

const folder = '/run/keybuzz/lock';
const leaseSeconds = 30;

/** Locks are taken on this many hosts, so that one that is down, for one operator or for both, hides nobody. */
const places = 3;

/**
 * This run is the only one that changes the stack, until it is disposed of. The lock is a file on the stack's
 * first hosts, renewed while it is held; one whose owner died, here, or stopped renewing it for 30 s, is taken over.
 * Hosts that are down are passed over. Throws Failure `locked` naming the other operator.
 */
export async function holdLock(stack: OpenStack, why: string): Promise<AsyncDisposable> {
  const note = JSON.stringify(thisProcess(why));
  const order = [...new Set(stack.uses.flatMap((u) => u.hosts))].toSorted((a, b) => Number(b.core) - Number(a.core) || a.name.localeCompare(b.name));
  const held: Session[] = [];
  for (let from = 0; held.length === 0 && from < order.length; from += places) {
    const near = order.slice(from, from + places);
    const sessions = await Promise.allSettled(near.map((host) => stack.sessions.session(host)));
    // One after the other, so that of two operators who start together one gets the first host and so all.
    for (const [i, session] of sessions.entries()) {
      if (session.status === 'fulfilled' && (await isTaken(session.value, { note, host: near[i] as Host, held }))) held.push(session.value);
    }
  }
  const renewal = setInterval(() => held.forEach((session) => void session.run([ifMine(note, sh`touch ${folder}/holder`)]).catch(() => undefined)), (leaseSeconds * 1000) / 3);
  renewal.unref();
  return {
    [Symbol.asyncDispose]: () => {
      clearInterval(renewal);
      return release(held, note);
    },
  };
}

/** Whether the host bears our note now; a host that breaks meanwhile does not. Throws Failure `locked`, all places given back. */
async function isTaken(session: Session, about: { note: string; host: Host; held: readonly Session[] }): Promise<boolean> {
  try {
    await take(session, about.note, about.host.name);
    return true;
  } catch (error) {
    if (asFailure(error).kind !== 'locked') return false;
    await release(about.held, about.note);
    throw error;
  }
}

async function take(session: Session, note: string, host: string): Promise<void> {
  const [first] = await session.run([instead('', note)]);
  if (first?.code === 0) return;
  const [age, ...lines] = (first?.stdout ?? '').split('\n');
  const present = lines.join('\n');
  const other = parsedHolder(present);
  // Only what was looked at is replaced: another operator may be taking it over at the same time.
  if (first?.code === 3 && (other === undefined || Number(age) > leaseSeconds || died(other))) {
    const [second] = await session.run([instead(present, note)]);
    if (second?.code === 0) return;
  }
  if (first?.code !== 3) throw new Failure('failed', `the lock of the stack cannot be written: ${first?.stderr.trim() ?? ''}`, { host });
  const who = other === undefined ? 'another run' : `${other.who} on ${other.machine} (${other.why}, process ${other.pid}) since ${other.since}`;
  throw new Failure('locked', `${who} is changing this stack`, { host, next: `wait for it to end; a run that died frees the lock within ${leaseSeconds} s` });
}

async function release(held: readonly Session[], note: string): Promise<void> {
  await Promise.all(held.map((session) => session.run([ifMine(note, sh`rm -rf ${folder}`)]).catch(() => undefined)));
}

/** The note is written in place of the one that is present; exit 3, with its age and itself, when there is another. */
function instead(present: string, note: string): Command {
  return alone(sh`if [ "$present" = ${present} ]; then printf %s ${note} >${folder}/holder; else echo $(( $(date +%s) - $(stat -c %Y ${folder}/holder) )); printf %s "$present"; exit 3; fi`);
}

function ifMine(note: string, act: Command): Command {
  return alone(sh`[ "$present" != ${note} ] || ${act}`);
}

/** Nobody else looks at the lock or writes it meanwhile. */
function alone(act: Command): Command {
  return sh`mkdir -p -m 755 /run/keybuzz && exec 9>${folder}.guard && flock -w 10 9 || exit 1; mkdir -p ${folder}; present=$(cat ${folder}/holder 2>/dev/null); ${act}`;
}
