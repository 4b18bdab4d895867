import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigSchema, Module } from '../../module/index.ts';
import { unlikePlan } from './announced.ts';
import { cutAndRunAgain, lostConnection } from './cuts.ts';
import { healthOfLostHost, healthOnBare } from './health.ts';
import { changesIn, openSecrets, planOnBare, readmeTable, undeclaredPorts, unknownKey } from './promises.ts';
import { failuresIn, rolledOut, subject, watch, type ContractOptions, type Subject } from './subject.ts';

/** The promises that every module keeps, by short name. */
export type ModulePromise = 'unknown keys' | 'plan' | 'second run' | 'cuts' | 'plan equals rollout' | 'health' | 'secrets' | 'ports' | 'readme';

export interface ModuleContract extends ContractOptions {
  /** Promises that this module cannot keep, each with the reason. */
  readonly exempt?: Readonly<Partial<Record<ModulePromise, string>>>;
  /** How many cuts inside of commands are tried, besides all those between commands; 60 when not said. */
  readonly cutsInside?: number;
}

/** Specs that prove for the module what is promised for all modules. */
export function describeModule<S extends ConfigSchema, P>(module: Module<S, P>, contract: ModuleContract): void {
  const { exempt = {}, cluster } = contract;
  const promise = (name: ModulePromise, title: string, prove: () => Promise<void>): void => {
    const reason = exempt[name];
    const register = reason === undefined ? it : it.skip;
    register(reason === undefined ? title : `${title} (exempt: ${reason})`, { timeout: 900_000 }, prove);
  };
  describe(`the module ${module.name} keeps the promises of every module`, () => {
    let on: Subject;
    beforeAll(async () => {
      on = await subject(module, contract);
    }, 120_000);

    promise('unknown keys', 'refuses an unknown key of its configuration by name', async () => {
      expect(unknownKey(module, contract)).toContain('unknown key notAKeyOfAnything');
    });

    promise('plan', 'lists the changes of bare machines in a plan, and makes none', async () => {
      const events = await planOnBare(on);
      expect(failuresIn(events)).toEqual([]);
      expect(changesIn(events).length).toBeGreaterThan(0);
    });

    promise('second run', 'changes nothing in a second run', async () => {
      cluster.restore(on.end);
      const [planned, again] = [await rolledOut(on.stack, { mode: 'plan' }), await rolledOut(on.stack)];
      watch(on, [...planned, ...again]);
      expect([...failuresIn([...planned, ...again]), ...changesIn([...planned, ...again])]).toEqual([]);
    });

    promise('plan equals rollout', 'does all that its plan announced and nothing else, but for services that their packages start', async () => {
      expect(await unlikePlan(on)).toEqual([]);
    });

    promise('cuts', 'reaches the same end when it is cut anywhere and run again', async () => {
      expect(await cutAndRunAgain(on, contract.cutsInside)).toEqual([]);
    });

    promise('cuts', 'tells of a lost connection, finishes on the other hosts, and converges when it is run again', async () => {
      expect(await lostConnection(on)).toEqual([]);
    });

    promise('health', 'answers down for every bare machine and for a host that cannot be reached, and does not throw', async () => {
      expect(await healthOnBare(on)).toEqual([]);
      expect(await healthOfLostHost(on)).toEqual([]);
    });

    promise('ports', 'declares every port it listens on', async () => {
      expect(undeclaredPorts(on)).toEqual([]);
    });

    promise('readme', 'has a README whose table of configuration is that of its schema', async () => {
      const { seen, wanted } = readmeTable(module, expect.getState().testPath ?? '');
      expect(seen).toBe(wanted);
    });

    promise('secrets', 'shows no secret in transcripts, plans, events and errors, nor in files that others may read', async () => {
      expect([...on.leaks, ...openSecrets(on)]).toEqual([]);
    });
  });
}
