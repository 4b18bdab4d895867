import { describe, expect, it } from 'vitest';
import type { ChangeEvent, StepEvent } from '@keybuzz/sdk';
import { atWork } from '../src/show/at-work.ts';

const step = (module: string, verb: string, state: StepEvent['state'], host?: string): StepEvent => ({ type: 'step', module, verb, host, state });
const change = (module: string, host: string, summary: string, state: ChangeEvent['state'] = 'done'): ChangeEvent => ({ type: 'change', module, verb: 'configure', host, summary, state, operation: summary, difference: undefined });

describe('what is at work', () => {
  const seen = (...events: (StepEvent | ChangeEvent)[]): string[] => {
    const work = atWork(() => 0);
    for (const event of events) work.see(event);
    return work.lines().map(({ who, text }) => `${who} ${text}`);
  };

  it('is each host that goes on by itself, with its last change', () => {
    const begun = [step('base', 'configure', 'started', 'db-01'), step('base', 'configure', 'started', 'db-02'), change('base', 'db-02', 'write /etc/hosts')];
    expect(seen(...begun)).toEqual(['db-01 base configure', 'db-02 write /etc/hosts']);
    expect(seen(...begun, step('base', 'configure', 'finished', 'db-02'))).toEqual(['db-01 base configure']);
  });

  it('is a module whose hosts work together, and its hosts until it ends', () => {
    const begun = [step('redis', 'configure', 'started'), change('redis', 'redis-01', 'restart redis')];
    expect(seen(...begun)).toEqual(['redis configure', 'redis-01 restart redis']);
    for (const state of ['finished', 'failed'] as const) expect(seen(...begun, step('redis', 'configure', state))).toEqual([]);
  });

  it('is what each of two modules does on one host', () => {
    const both = [step('redis', 'configure', 'started'), change('redis', 'lb-01', 'write redis.cfg'), step('rabbitmq', 'configure', 'started'), change('rabbitmq', 'lb-01', 'write rabbitmq.cfg')];
    expect(seen(...both, step('redis', 'configure', 'finished'))).toEqual(['rabbitmq configure', 'lb-01 write rabbitmq.cfg']);
  });

  it('is no change that is only planned', () => {
    expect(seen(change('base', 'db-01', 'write /etc/hosts', 'planned'))).toEqual([]);
  });

  it('is a host that is waited for, until it is not', () => {
    const work = atWork();
    const end = work.begin('db-01', 'connecting');
    work.begin('db-02', 'connecting');
    work.begin('db-02', 'connecting');
    expect(work.lines().map(({ who }) => who)).toEqual(['db-01', 'db-02']);
    end();
    expect(work.lines().map(({ who }) => who)).toEqual(['db-02']);
  });
});
