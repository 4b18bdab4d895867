import type { Host } from '@keybuzz/sdk';
import '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import { drills } from '../src/drills.ts';
import { fragment } from '../src/fragment.ts';
import { countsOf } from '../src/million.ts';
import { enabledPlugins, environment, rabbitmqConf } from '../src/rabbitmq-conf.ts';
import { timersOf } from '../src/timers.ts';
import { script } from '../src/watch.ts';

const hosts = ['queue-01', 'queue-02', 'queue-03'].map((name, at) => ({ name, address: `10.0.0.${126 + at}` }) as Host);
const [host = {} as Host] = hosts;
const wanted = parse(config, {});

describe('the files of rabbitmq with the default configuration', () => {
  it.each([
    ['rabbitmq.conf', rabbitmqConf({ host, members: hosts, config: wanted })],
    ['rabbitmq-env.conf', environment(host, wanted)],
    ['enabled-plugins', enabledPlugins(wanted)],
    ['rabbitmq-watch', script(host, hosts)],
    ['haproxy.cfg', fragment({ proxy: { address: '10.0.0.11' } as Host, members: hosts, timers: timersOf('fast') })],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });

  it('let the operator’s own keys win', () => {
    expect(rabbitmqConf({ host, members: hosts, config: parse(config, { settings: { heartbeat: 30, channel_max: 128 } }) })).toContain('\nheartbeat = 30\nconsumer_timeout = 1800000\nlog.connection.level = error\nchannel_max = 128\n');
  });
});

describe('the promises of the drills', () => {
  const promised = (rto: 'fast' | 'balanced' | 'safe') => Object.fromEntries(drills(parse(config, { rto })).map(({ name, promise }) => [name, promise.downtime]));

  it('are with the fast profile what every client of the stack is promised', () => {
    expect(promised('fast')).toEqual({ 'node-killed': 5000, 'node-off': 5000, 'node-cut': 5000, 'node-alone': 5000, 'haproxy-off': 3000, 'all-off': 60_000, 'disk-alarm': 20_000, million: 30_000 });
  });

  it('follow the timers of a slower one, and never heal a fault before it is felt', () => {
    expect([promised('balanced')['node-off'], promised('safe')['node-cut'], promised('safe')['node-killed']]).toEqual([16_000, 41_000, 5000]);
    for (const { lasting = Infinity, promise } of drills(parse(config, { rto: 'safe' })).filter(({ name }) => /off$|cut$|alone$/.test(name) && name !== 'all-off')) expect(lasting).toBeGreaterThan(promise.downtime);
  });

  it('never allow a confirmed message to be lost', () => {
    expect(drills(wanted).map(({ promise }) => promise.lost)).toEqual(drills(wanted).map(() => 0));
  });
});

describe('the writes of the long drill', () => {
  it('are there when all of their messages are, and twice when one of them is', () => {
    expect(countsOf(['1:0', '1:1', '2:0', '3:0', '3:1', '3:0', '3:1', '4:0', '4:1', '4:1'], 2)).toEqual([1, 3, 3, 4, 4]);
  });
});
