import type { Clock } from '../wait/index.ts';
import type { WrittenRecord } from './analysis.ts';

/** A connection of the client library that applications use. */
export interface WorkloadClient {
  /** Resolves when the service has acknowledged the record. */
  write(number: number): Promise<void>;
  close(): Promise<void>;
}

/** What writes while a fault is there: numbered records, as an application would. */
export interface Workload {
  /** A new connection; may fail while the service is down. */
  connect(): Promise<WorkloadClient>;
  /** The numbers of all records that are there, one of them as often as it is there. Asked at the end. */
  read(): Promise<readonly number[]>;
  /** Whatever it wrote is gone. */
  cleanUp(): Promise<void>;
  /** Milliseconds from one write to the next, 20 when not said. */
  readonly every?: number;
  /** Milliseconds until a write counts as failed, 1000 when not said; the client then connects anew and tries the same record again. */
  readonly patience?: number;
}

/** A client that writes until it is stopped. */
export interface Writer {
  readonly written: readonly WrittenRecord[];
  /** No record is begun any more, and the one under way has ended. */
  stop(): Promise<void>;
}

/** A client writes record after record from now on, whatever happens to the service. */
export function startWriter(workload: Workload, clock: Clock): Writer {
  const { every = 20, patience = 1000 } = workload;
  const written: WrittenRecord[] = [];
  let stopping = false;
  let client: WorkloadClient | undefined;
  const attempt = async (number: number): Promise<boolean> => {
    try {
      client ??= await within(workload.connect(), { patience, clock, what: 'connection' });
      await within(client.write(number), { patience, clock, what: 'write' });
      return true;
    } catch {
      const failed = client;
      client = undefined;
      // A connection that is dead may never close: nobody waits for it.
      void failed?.close().catch(() => undefined);
      return false;
    }
  };
  const record = async (number: number): Promise<void> => {
    const firstTriedAt = clock.now();
    for (let tries = 1; ; tries += 1) {
      const done = await attempt(number);
      if (done || stopping) return void written.push({ number, firstTriedAt, acknowledgedAt: done ? clock.now() : undefined, tries });
      await clock.pause(every);
    }
  };
  const running = (async () => {
    for (let number = 1; !stopping; number += 1) {
      await record(number);
      if (!stopping) await clock.pause(every);
    }
    await client?.close().catch(() => undefined);
  })();
  return {
    written,
    stop: () => {
      stopping = true;
      return running;
    },
  };
}

async function within<T>(work: Promise<T>, { patience, clock, what }: { patience: number; clock: Clock; what: string }): Promise<T> {
  const late = clock.pause(patience).then(() => {
    throw new Error(`no ${what} within ${patience} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([work, late]);
}
