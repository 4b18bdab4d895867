import type { Machine } from '@keybuzz/sdk/testing';
import { parse } from 'yaml';
import { FakeData } from './fake-data.ts';
import { remember, remembered, type Place } from './fake-fleet.ts';

/** Where a member's configuration is, and its unit. */
export const configuration = '/etc/patroni/config.yml';
export const unit = 'patroni.service';

/** Parameters of PostgreSQL by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The dynamic configuration, as far as this Patroni looks at it. */
export interface Dynamic extends Record<string, unknown> {
  readonly ttl: number;
  readonly loop_wait: number;
  readonly synchronous_mode?: unknown;
  readonly postgresql: { readonly parameters: Parameters };
}

interface Written {
  readonly scope: string;
  readonly name: string;
  readonly restapi: { readonly authentication: { readonly username: string; readonly password: string } };
  readonly bootstrap: { readonly dcs: Dynamic };
  readonly postgresql: { readonly data_dir: string };
}

/** What the process has in its memory. */
interface Memory {
  readonly pid: number;
  /** How often it has gone through its loop. */
  readonly loops: number;
  readonly task?: 'bootstrap' | 'copy' | undefined;
  /** When its task is done. */
  readonly until: number;
  /** The dynamic configuration at its last loop, and the parameters PostgreSQL was started with. */
  readonly known?: Dynamic | undefined;
  readonly started?: Parameters | undefined;
  /** The version of PostgreSQL that was started, such as 170006. */
  readonly server?: number;
}

// The same few texts are asked for again and again, and reading YAML is slow.
const texts = new Map<string, Written>();

function read({ tree }: Machine): Written {
  const text = tree.text(configuration);
  const written = texts.get(text) ?? (parse(text) as Written);
  texts.set(text, written);
  return written;
}

/** One member: its process, its data, its machine. */
export class Member {
  readonly place: Place;
  readonly written: Written;
  readonly data: FakeData;

  constructor(place: Place) {
    this.place = place;
    this.written = read(place.machine);
    this.data = new FakeData(place.machine, this.written.postgresql.data_dir);
  }

  get memory(): Memory {
    const pid = this.place.machine.units.get(unit)?.pid ?? 0;
    const memory = remembered<Memory>(this.place.machine, 'patroni');
    return memory?.pid === pid ? memory : { pid, loops: 0, until: 0 };
  }

  recall(change: Partial<Memory>): void {
    remember(this.place.machine, 'patroni', { ...this.memory, ...change });
  }

  /** The version of PostgreSQL that is installed, such as 170006. */
  get installed(): number {
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(this.place.machine.packages.get('postgresql-17')?.version ?? '') ?? [];
    return Number(major) * 10_000 + Number(minor);
  }

  /** Whether PostgreSQL runs under it. */
  get serves(): boolean {
    return this.memory.started !== undefined && this.data.whole;
  }
}
