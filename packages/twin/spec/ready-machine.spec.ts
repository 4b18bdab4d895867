import { describe, expect, it } from 'vitest';
import { readyMachine } from '../src/ready-machine.ts';
import type { MachineCheck } from '../src/requirements.ts';

const lacking: MachineCheck = { ok: false, missing: ['mmdebstrap'], why: 'the twin needs mmdebstrap', next: 'apt-get install mmdebstrap' };
const noRoot: MachineCheck = { ok: false, missing: [], why: 'which needs root', next: 'run the same command with sudo' };

/** A machine that answers these, one after the other. */
const machine = (answers: readonly MachineCheck[], install: () => Promise<void> = async () => {}) => {
  const installed: string[] = [];
  const left = [...answers];
  return { installed, how: { check: async () => left.shift()!, install: async (names: readonly string[]) => { installed.push(...names); await install(); } } };
};

describe('a machine that is to run a twin', () => {
  it('gets what it lacks, which is said, and is looked at again', async () => {
    const { installed, how } = machine([lacking, { ok: true }]);
    const said: string[] = [];
    expect(await readyMachine((line) => said.push(line), how)).toEqual({ ok: true });
    expect([installed, said]).toEqual([['mmdebstrap'], ['installing what a twin needs: mmdebstrap']]);
  });

  it('is left alone when something else is in the way', async () => {
    const { installed, how } = machine([noRoot]);
    expect(await readyMachine(() => {}, how)).toEqual(noRoot);
    expect(installed).toEqual([]);
  });

  it('that cannot get it says why and what to type', async () => {
    const { how } = machine([lacking], () => Promise.reject(new Error('no network')));
    expect(await readyMachine(() => {}, how)).toEqual({ ...lacking, why: 'the twin needs mmdebstrap, which could not be installed: no network' });
  });
});
