import type { Machine } from '@keybuzz/sdk/testing';

/** A role as PostgreSQL keeps it. */
export interface FakeRole {
  readonly flags: readonly string[];
  readonly login: boolean;
  readonly verifier?: string;
  /** The roles that it is a member of and does everything as. */
  readonly acts?: readonly string[];
}

/** What is in the databases of a cluster. */
export interface Content {
  readonly roles: Readonly<Record<string, FakeRole>>;
  readonly databases: Readonly<Record<string, { readonly owner: string; readonly open: boolean; readonly extensions: readonly string[] }>>;
  /** MD5 of the pooler's function, once nobody else may call it. */
  readonly lookup?: string;
  /** Such as `connect ROLE DATABASE`. */
  readonly grants?: readonly string[];
  /** Roles that clients are connected as, and from where. */
  readonly sessions?: readonly { readonly role: string; readonly from: string; readonly program: string }[];
}

const virgin: Content = {
  roles: { postgres: { flags: ['SUPERUSER', 'REPLICATION', 'CREATEDB', 'CREATEROLE'], login: true } },
  databases: { postgres: { owner: 'postgres', open: true, extensions: ['plpgsql'] } },
};

/** The one cluster that is ever made here: two ways to the same end have to agree on it. */
export const systemId = '7575757575757575757';

const owned = { owner: 'postgres', group: 'postgres', mode: 0o600 } as const;

/** A data directory as PostgreSQL leaves it at each step: initdb writes its control file early, a base backup last. */
export class FakeData {
  readonly machine: Machine;
  readonly folder: string;

  constructor(machine: Machine, folder: string) {
    this.machine = machine;
    this.folder = folder;
  }

  get kind(): 'none' | 'unfinished' | 'cluster' {
    const { tree } = this.machine;
    if (tree.find(`${this.folder}/global/pg_control`) !== undefined) return 'cluster';
    return tree.find(this.folder) === undefined || tree.names(this.folder).length === 0 ? 'none' : 'unfinished';
  }

  /** Whether PostgreSQL would work in it. */
  get usable(): boolean {
    const found = this.machine.tree.find(this.folder);
    return found?.owner === 'postgres' && found.mode === 0o700;
  }

  /** Whether PostgreSQL could start in it: a power cut leaves of initdb what only looks like a cluster. */
  get whole(): boolean {
    return this.kind === 'cluster' && this.machine.tree.find(`${this.folder}/base.json`) !== undefined;
  }

  /** initdb or a base backup has begun. */
  begin(by: 'initdb' | 'copy' = 'copy'): void {
    const { tree } = this.machine;
    if (tree.find(`${this.folder}/global`) === undefined) tree.mkdir(`${this.folder}/global`, { ...owned, mode: 0o700 });
    if (tree.find(`${this.folder}/PG_VERSION`) === undefined) tree.write(`${this.folder}/PG_VERSION`, '17\n', owned);
    if (by === 'initdb') tree.write(`${this.folder}/global/pg_control`, '1', owned);
  }

  /** It has ended: this is a cluster. */
  finish(timeline: number, content: Content = virgin): void {
    this.begin();
    this.content = content;
    this.machine.tree.write(`${this.folder}/global/pg_control`, String(timeline), owned);
  }

  /** As Patroni leaves it: under the name of its scope, and with what the DCS says. */
  join(scope: string): void {
    const { tree } = this.machine;
    for (const [name, text] of [['postgresql.conf', `cluster_name = '${scope}'\n`], ['patroni.dynamic.json', '{}']] as const) if (tree.textIfAny(`${this.folder}/${name}`) !== text) tree.write(`${this.folder}/${name}`, text, owned);
  }

  get timeline(): number {
    return Number(this.machine.tree.text(`${this.folder}/global/pg_control`));
  }

  set timeline(timeline: number) {
    if (timeline !== this.timeline) this.machine.tree.write(`${this.folder}/global/pg_control`, String(timeline), owned);
  }

  get content(): Content {
    return JSON.parse(this.machine.tree.text(`${this.folder}/base.json`)) as Content;
  }

  set content(content: Content) {
    const { tree } = this.machine;
    const text = JSON.stringify(content, undefined, 1);
    if (tree.textIfAny(`${this.folder}/base.json`) !== text) tree.write(`${this.folder}/base.json`, text, owned);
  }

  /** What `pg_controldata` prints of it. */
  get control(): string {
    return [
      'pg_control version number:            1700',
      `Database system identifier:           ${systemId}`,
      'Database cluster state:               in production',
      'pg_control last modified:             Mon 05 Jan 2026 09:00:00 AM UTC',
      'Latest checkpoint location:           0/3000060',
      `Latest checkpoint's TimeLineID:       ${this.timeline}`,
      '',
    ].join('\n');
  }
}
