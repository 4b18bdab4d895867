import { asFailure, succeeded, type Command, type Result, type Session, type UploadTarget } from '../command/index.ts';
import { converge, read, type Applied, type Fact, type Known, type Operation, type Seen } from '../converge/index.ts';
import type { Host } from '../inventory/index.ts';
import { waitFor, type Answer, type Clock, type Patience } from '../wait/index.ts';
import type { Report } from '../report/index.ts';

/** A host of the inventory that can be asked and changed; connected at the first need. */
export interface OpenHost extends Host {
  /** Every operation's state is there, or in plan mode every change it wants was reported. */
  ensure(...operations: readonly Operation[]): Promise<readonly Applied[]>;
  /**
   * In a plan, where nothing changes meanwhile, what the operations go by was asked for along with what others asked at this
   * moment: an act that must wait for what all hosts say then needs no round trip of its own. Never a throw: who ensures them is told.
   */
  ahead(...operations: readonly Operation[]): Promise<void>;
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
  /** What this host has answered already, in a look at which nothing changes. */
  readonly known?: Known | undefined;
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
  const seen = (facts: readonly Fact<unknown>[]): Promise<Seen> => located((session) => read(session, facts, run.known));
  return {
    ...host,
    ensure: (...operations) =>
      located((session) =>
        converge(operations, {
          session,
          mode: run.mode,
          touched: run.touched,
          redact: run.redact,
          known: run.known,
          onChange: (applied) => run.report({ type: 'change', ...place, ...applied }),
        }),
      ),
    ahead: async (...operations) => {
      if (run.known !== undefined) await seen(operations.flatMap(({ facts }) => facts)).catch(() => undefined);
    },
    read: seen,
    run: (command) => located(async (session) => succeeded((await session.run([command]))[0], command)),
    upload: (source, target) => located((session) => session.upload(source, target)),
    waitFor: (what, probe, patience) => located(() => waitFor(what, probe, run.clock === undefined ? patience : { clock: run.clock, ...patience })),
  };
}
