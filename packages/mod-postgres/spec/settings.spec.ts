import { createHmac, createHash, pbkdf2Sync } from 'node:crypto';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { Secret } from '@keybuzz/sdk';
import { config } from '../src/config.ts';
import { dynamicConfiguration, flat, missingFrom } from '../src/dynamic.ts';
import { layoutOf } from '../src/layout.ts';
import { scramVerifier } from '../src/scram.ts';
import { predictedOutage, timersOf } from '../src/timers.ts';

describe('the dynamic configuration', () => {
  it('lacks only what is not so yet, texts and numbers being alike', () => {
    const wanted = { ttl: 20, postgresql: { use_slots: true, parameters: { max_connections: 200, ssl: 'on' } } };
    expect(missingFrom({ ttl: 20, other: 1, postgresql: { use_slots: true, parameters: { max_connections: '200', ssl: 'on' } } }, wanted)).toBeUndefined();
    expect(missingFrom({ ttl: 20, postgresql: { use_slots: 'on', parameters: { max_connections: 200, ssl: true } } }, wanted)).toBeUndefined();
    expect(missingFrom({ ttl: 20, postgresql: { use_slots: false, parameters: { max_connections: 200, ssl: 'off' } } }, wanted)).toEqual({ postgresql: { use_slots: true, parameters: { ssl: 'on' } } });
    expect(missingFrom({ ttl: 30, postgresql: { use_slots: true, parameters: { max_connections: 100 } } }, wanted)).toEqual({ ttl: 20, postgresql: { parameters: { max_connections: 200, ssl: 'on' } } });
    expect(missingFrom(undefined, wanted)).toEqual(wanted);
  });

  it('is told in lines', () => {
    expect(flat({ ttl: 20, postgresql: { parameters: { ssl: 'on' } } })).toEqual(['ttl = 20', 'postgresql.parameters.ssl = on']);
  });

  it('lets no acknowledged write be on one host only when nothing may be lost', () => {
    const of = (wanted: object, patroni: string) => dynamicConfiguration({ config: parse(config, wanted), layout: layoutOf(parse(config, wanted)), patroni });
    expect(of({}, '4.0.5-1')).toMatchObject({ synchronous_mode: 'quorum', synchronous_mode_strict: true });
    expect(of({ version: '15' }, '4.1.4')).toMatchObject({ synchronous_mode: 'quorum', synchronous_mode_strict: true });
    expect(of({ version: '16' }, '3.2.2-2')).toMatchObject({ synchronous_mode: true, synchronous_mode_strict: true });
    expect(of({ rpo: 'bounded' }, '4.0.5')).toMatchObject({ synchronous_mode: false });
    expect(of({ rpo: 'bounded' }, '3.0.2')).toMatchObject({ synchronous_mode: false });
  });

  it('takes parameters of the stack over its own', () => {
    const own = parse(config, { parameters: { work_mem: '32MB' } });
    expect(dynamicConfiguration({ config: own, layout: layoutOf(own), patroni: '' })).toMatchObject({ postgresql: { parameters: { work_mem: '32MB', max_connections: 200 } } });
  });
});

describe('the timers', () => {
  it.each(['fast', 'balanced', 'safe'] as const)('of %s fit one another as Patroni demands', (rto) => {
    const { ttl, loopWait, retryTimeout } = timersOf(rto);
    expect(loopWait + 2 * retryTimeout).toBeLessThanOrEqual(ttl);
    expect([ttl >= 20, retryTimeout >= 3, loopWait >= 1]).toEqual([true, true, true]);
  });

  it('predict an outage', () => {
    expect(predictedOutage(timersOf('fast'))).toEqual({ best: 20, average: 22.65, worst: 25.3 });
  });
});

describe('a SCRAM verifier', () => {
  it('is what PostgreSQL computes of the password', () => {
    const salt = Buffer.from('0123456789abcdef');
    const [mechanism, rounds, keys] = scramVerifier(Secret.of('postgres/app', 'pencil'), { salt }).split('$');
    const salted = pbkdf2Sync('pencil', salt, 4096, 32, 'sha256');
    const key = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
    expect([mechanism, rounds]).toEqual(['SCRAM-SHA-256', `4096:${salt.toString('base64')}`]);
    expect(keys).toBe(`${createHash('sha256').update(key('Client Key')).digest('base64')}:${key('Server Key').toString('base64')}`);
  });
});
