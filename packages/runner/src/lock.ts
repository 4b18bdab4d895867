import { asFailure, Failure, sh, type Command, type Host, type OpenStack, type Session } from '@keybuzz/sdk';
import { twinAround } from './enter-twin.ts';
import { died, parsedHolder, thisProcess } from './lock-holder.ts';

const folder = '/run/keybuzz/lock';
const leaseSeconds = 30;

/** Locks are taken on this many hosts, so that one that is down, for one operator or for both, hides nobody. */
const places = 3;

/**
 * This run is the only one that changes the stack, until it is disposed of. The lock is a file on the first hosts of
 * the whole stack, whichever of them this run works on, renewed while it is held; one whose owner died, here, or
 * stopped renewing it for 30 s, is taken over. Hosts that are down are passed over. Throws Failure `locked` naming the
 * other operator, and `failed` when hosts answer and none of them can bear a lock.
 */
export async function holdLock(stack: OpenStack, why: string): Promise<AsyncDisposable> {
  const note = JSON.stringify(thisProcess(why));
  const order = lockOrder(stack, twinAround()?.hosts);
  const held: Session[] = [];
  const unfit: Failure[] = [];
  // All the others are asked together: a network that is down is waited for once, not once for every three hosts.
  for (const near of [order.slice(0, places), order.slice(places)]) {
    if (held.length > 0) break;
    const sessions = await Promise.allSettled(near.map((host) => stack.sessions.session(host)));
    // One after the other, so that of two operators who start together one gets the first host and so all.
    for (const [i, session] of sessions.entries()) {
      if (held.length === places || session.status === 'rejected') continue;
      const trouble = await takenOrTrouble(session.value, { note, host: near[i] as Host, held });
      if (trouble === undefined) held.push(session.value);
      else unfit.push(trouble);
    }
  }
  if (held.length === 0 && unfit[0] !== undefined) throw unlocked(unfit[0]);
  const renewal = setInterval(() => held.forEach((session) => void session.run([ifMine(note, sh`touch ${folder}/holder`)]).catch(() => undefined)), (leaseSeconds * 1000) / 3);
  renewal.unref();
  return {
    [Symbol.asyncDispose]: () => {
      clearInterval(renewal);
      return release(held, note);
    },
  };
}

/** The work was done while this run was the only one that changes the stack. */
export async function underLock<T>(stack: OpenStack, why: string, work: () => Promise<T>): Promise<T> {
  // Not `await using`, which Node 22 cannot read.
  const lock = await holdLock(stack, why);
  try {
    return await work();
  } finally {
    await lock[Symbol.asyncDispose]();
  }
}

/** The hosts to lock, the same ones in the same order for every operator; in a twin, of the hosts that are there. */
export function lockOrder({ whole }: Pick<OpenStack, 'whole'>, there?: readonly { readonly name: string }[]): readonly Host[] {
  const hosts = [...new Set(whole.flatMap((u) => u.hosts))].filter(({ name }) => there?.some((host) => host.name === name) ?? true);
  return hosts.toSorted((a, b) => Number(b.core) - Number(a.core) || (a.name < b.name ? -1 : 1));
}

/** Undefined when the host bears our note now, otherwise why it cannot. Throws Failure `locked`, all places given back. */
async function takenOrTrouble(session: Session, about: { note: string; host: Host; held: readonly Session[] }): Promise<Failure | undefined> {
  try {
    await take(session, about.note, about.host.name);
    return undefined;
  } catch (error) {
    const failure = asFailure(error).within({ host: about.host.name });
    if (failure.kind !== 'locked') return failure;
    await release(about.held, about.note);
    throw failure;
  }
}

function unlocked(first: Failure): Failure {
  const { host } = first.context;
  return new Failure('failed', `no host could be locked, and without a lock two operators may change the stack at once: ${first.message}`, { ...first.context, next: first.context.next ?? `on ${host ?? ''}: df -h /run` });
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
