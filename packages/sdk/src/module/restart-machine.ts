import { asFailure, sh, type FailureKind } from '../command/index.ts';
import { fact } from '../converge/index.ts';
import { met, notYet, type Answer } from '../wait/index.ts';
import type { OpenHost } from './open-host.ts';

const boot = fact({ name: 'boot', command: sh`read -r id </proc/sys/kernel/random/boot_id && printf '%s\n' "$id"`, parse: ({ stdout }) => stdout.trim() });

/** How a machine answers that goes down or comes up. */
const away: readonly FailureKind[] = ['unreachable', 'refused', 'connectionLost', 'timedOut'];

/** Milliseconds that a machine may take: the firmware of a server with much memory needs minutes. */
const patience = 900_000;

/** The machine was started anew, and commands run on it. Throws Failure `timedOut` when none does within 15 minutes. */
export async function restartMachine(host: OpenHost): Promise<void> {
  const bootNow = async (): Promise<string> => (await host.read([boot]))(boot);
  const before = await bootNow();
  // A moment later: the answer to the order would be cut off.
  await host.run(sh`systemd-run --quiet --collect --on-active=1 --timer-property=AccuracySec=100ms --unit=keybuzz-reboot systemctl reboot`);
  const restarted = async (): Promise<Answer<true>> => {
    try {
      return (await bootNow()) === before ? notYet('it has not gone down yet') : met(true);
    } catch (error) {
      const failure = asFailure(error);
      if (!away.includes(failure.kind)) throw failure;
      return notYet(failure.message);
    }
  };
  await host.waitFor('the machine to be up again', restarted, { within: patience, every: 1000 });
}
