import type { Host } from '@keybuzz/sdk';
import '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import { fragment } from '../src/fragment.ts';
import { countsOf } from '../src/million.ts';
import { enabledPlugins, environment, rabbitmqConf } from '../src/rabbitmq-conf.ts';
import { timersOf } from '../src/timers.ts';

const hosts = ['queue-01', 'queue-02', 'queue-03'].map((name, at) => ({ name, address: `10.0.0.${126 + at}` }) as Host);
const [host = {} as Host] = hosts;
const wanted = parse(config, {});

describe('the files of rabbitmq with the default configuration', () => {
  it.each([
    ['rabbitmq.conf', rabbitmqConf({ host, members: hosts, config: wanted })],
    ['rabbitmq-env.conf', environment(host, wanted)],
    ['enabled-plugins', enabledPlugins(wanted)],
    ['haproxy.cfg', fragment({ proxy: { address: '10.0.0.11' } as Host, members: hosts, timers: timersOf('fast') })],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });

  it('let the operator’s own keys win', () => {
    expect(rabbitmqConf({ host, members: hosts, config: parse(config, { settings: { heartbeat: 30, channel_max: 128 } }) })).toContain('\nheartbeat = 30\nconsumer_timeout = 1800000\nlog.connection.level = error\nchannel_max = 128\n');
  });
});

describe('the writes of the long drill', () => {
  it('are there as often as the rarest of their messages', () => {
    expect(countsOf(['1:0', '1:1', '2:0', '3:0', '3:1', '3:0', '3:1', '4:0', '4:1', '4:1'], 2)).toEqual([1, 3, 3, 4]);
  });
});
