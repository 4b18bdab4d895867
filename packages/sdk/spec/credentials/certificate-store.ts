import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { certificatesOf, openStore, type Certificates, type SecretStore } from '../../src/credentials/index.ts';

/** A store in a folder of each test's own, and a clock that the test turns. */
export interface Place {
  readonly folder: string;
  now: Date;
  open(options?: { readOnly?: boolean }): Promise<SecretStore>;
  /** Of a store that is opened for it, as every run of the CLI does. */
  certificates(options?: { readOnly?: boolean }): Promise<Certificates>;
}

export function placePerTest(): Place {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'certificates-'));
    place.now = new Date('2026-11-24T12:00:00Z');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const place: Place = {
    get folder() {
      return folder;
    },
    now: new Date(0),
    open: ({ readOnly = false } = {}) => openStore({ file: join(folder, 'x.age'), identityFile: join(folder, 'identity'), readOnly, now: () => place.now }),
    certificates: async (options) => certificatesOf(await place.open(options), { stack: 'keybuzz', module: 'postgres' }),
  };
  return place;
}

export const wishes = { names: ['db-master-01', 'localhost'], addresses: ['10.0.0.120', 'fd00::1'], client: true };

export const days = (from: Date, count: number): Date => new Date(from.getTime() + count * 86_400_000);
