import { machineClock, type Clock } from '../wait/index.ts';
import type { WrittenRecord } from './analysis.ts';
import { inTime } from './in-time.ts';

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

/** Milliseconds from one write to the next when the workload does not say. */
export const usualDistance = 20;

/** A client that writes until it is stopped. */
export interface Writer {
  /** In the order they were begun; a record that is under way is among them. */
  readonly written: readonly WrittenRecord[];
  /** How many are acknowledged. */
  acknowledged(): number;
  /** No record is begun any more, and the one under way has ended. */
  stop(): Promise<void>;
}

/** A client writes record after record from now on, whatever happens to the service. */
export function startWriter(workload: Workload, clock: Clock = machineClock): Writer {
  const { every = usualDistance, patience = 1000 } = workload;
  const written: { -readonly [K in keyof WrittenRecord]: WrittenRecord[K] }[] = [];
  let acknowledged = 0;
  let stopping = false;
  let client: WorkloadClient | undefined;
  const connected = async (): Promise<WorkloadClient> => {
    const connecting = workload.connect();
    try {
      return await inTime(connecting, { within: patience, clock, what: 'connection' });
    } catch (error) {
      connecting.then(hangUp, () => undefined);
      throw error;
    }
  };
  const attempt = async (record: (typeof written)[number]): Promise<void> => {
    try {
      client ??= await connected();
      record.tries += 1;
      // An answer counts when it comes, also after the client has lost its patience: the service has promised the record.
      const answered = client.write(record.number).then(() => {
        if (record.acknowledgedAt === undefined) acknowledged += 1;
        record.acknowledgedAt ??= clock.now();
      });
      await inTime(answered, { within: patience, clock, what: 'write' });
    } catch {
      hangUp(client);
      client = undefined;
    }
  };
  const running = (async () => {
    for (let number = 1; !stopping; number += 1) {
      const record: (typeof written)[number] = { number, firstTriedAt: clock.now(), acknowledgedAt: undefined, tries: 0 };
      written.push(record);
      while (!stopping && record.acknowledgedAt === undefined) {
        await attempt(record);
        if (!stopping) await clock.pause(every);
      }
    }
    hangUp(client);
  })();
  return {
    written,
    acknowledged: () => acknowledged,
    stop: () => {
      stopping = true;
      return running;
    },
  };
}

/** The connection is given up. One that is dead may never close: nobody waits for it. */
function hangUp(client: WorkloadClient | undefined): void {
  client?.close().catch(() => undefined);
}
