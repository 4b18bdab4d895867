import { asFailure, succeeded, type Command, type Result, type Session, type UploadTarget } from '../command/index.ts';
import { converge, read, type Applied, type Fact, type Operation, type Seen } from '../converge/index.ts';
import type { Host } from '../inventory/index.ts';
import { waitFor, type Answer, type Clock, type Patience } from '../wait/index.ts';
import type { Report } from '../report/index.ts';

/** A host of the inventory that can be asked and changed; connected at the first need. */
export interface OpenHost extends Host {
  /** Every operation's state is there, or in plan mode every change it wants was reported. */
  ensure(...operations: readonly Operation[]): Promise<readonly Applied[]>;
  /**
   * Ensures the operations when the answer is called. In a plan what they go by is asked for now, along with what others
   * ask at this moment: an act that first waits for what all hosts say needs no round trip of its own.
   */
  ahead(...operations: readonly Operation[]): () => Promise<readonly Applied[]>;
  /** What the facts say now, all in one round trip. */
  read(facts: readonly Fact<unknown>[]): Promise<Seen>;
  /** Runs a command whatever the mode; throws when it exits non-zero. For reads and proofs: what changes state is an operation. */
  run(command: Command): Promise<Result>;
  upload(source: Uint8Array, target: UploadTarget): Promise<void>;
  waitFor<T>(what: string, probe: () => Promise<Answer<T>>, patience: Patience): Promise<T>;
}

/** What a host needs from the run it takes part in. */
export interface HostRun {
  readonly session: () => Promise<Session>;
  readonly mode: 'plan' | 'apply';
  readonly redact: (text: string) => string;
  readonly report: Report;
  /** Resources touched on this host in this run, shared by all modules. */
  readonly touched: string[];
  readonly module: string;
  readonly verb: string;
  /** The machine's own when not said. */
  readonly clock?: Clock | undefined;
}

/** The host, open for one verb of one module. */
export function openHost(host: Host, run: HostRun): OpenHost {
  const place = { module: run.module, verb: run.verb, host: host.name };
  const located = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    try {
      return await work(await run.session());
    } catch (error) {
      throw asFailure(error).within(place);
    }
  };
  const ensure = (operations: readonly Operation[], seen?: Promise<Seen>): Promise<readonly Applied[]> =>
    located((session) =>
      converge(operations, {
        session,
        mode: run.mode,
        touched: run.touched,
        redact: run.redact,
        onChange: (applied) => run.report({ type: 'change', ...place, ...applied }),
        ...(seen === undefined ? {} : { seen }),
      }),
    );
  const reading = (facts: readonly Fact<unknown>[]): Promise<Seen> => located((session) => read(session, facts));
  return {
    ...host,
    ensure: (...operations) => ensure(operations),
    ahead: (...operations) => {
      if (run.mode === 'apply') return () => ensure(operations);
      const seen = reading(operations.flatMap(({ facts }) => facts));
      // Whoever decides by it is told why it could not be read; it may be that nobody does.
      seen.catch(() => undefined);
      return () => ensure(operations, seen);
    },
    read: reading,
    run: (command) => located(async (session) => succeeded((await session.run([command]))[0], command)),
    upload: (source, target) => located((session) => session.upload(source, target)),
    waitFor: (what, probe, patience) => located(() => waitFor(what, probe, run.clock === undefined ? patience : { clock: run.clock, ...patience })),
  };
}
