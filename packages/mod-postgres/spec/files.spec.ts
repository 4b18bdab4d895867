import { parse } from 'valibot';
import { parse as read } from 'yaml';
import { describe, expect, it } from 'vitest';
import { Secret, type Host } from '@keybuzz/sdk';
import '@keybuzz/sdk/testing';
import { config } from '../src/config.ts';
import { etcdEnvironment } from '../src/etcd.ts';
import { fragment } from '../src/fragment.ts';
import { layoutOf } from '../src/layout.ts';
import { patroniYml } from '../src/patroni-yml.ts';
import { pgbouncerConfiguration } from '../src/pgbouncer.ts';
import { timersOf } from '../src/timers.ts';

const host = (name: string, last: number): Host => ({ name, address: `10.0.0.${last}` }) as Host;
const members = [host('db-1', 120), host('db-2', 121), host('db-3', 122)];
const [first] = members as [Host];
const proxies = [host('haproxy-1', 11), host('haproxy-2', 12)];
const [proxy] = proxies as [Host];
const secret = (name: string, value = `value-of-${name}`): Secret => Secret.of(`postgres/${name}`, value);
const credentials = { replication: secret('replication'), rewind: secret('rewind'), 'patroni-api': secret('patroni-api'), raft: secret('raft') };
const about = (wanted: object = {}) => {
  const parsed = parse(config, wanted);
  return { host: first, members, proxies, network: '10.0.0.0/16', config: parsed, layout: layoutOf(parsed), credentials, patroni: '4.0.5-1' };
};

describe('the files of a cluster with the default configuration', () => {
  it.each([
    ['patroni.yml', patroniYml(about()).reveal()],
    ['patroni-raft.yml', patroniYml(about({ dcs: 'raft', rpo: 'bounded', rto: 'safe' })).reveal()],
    ['etcd', etcdEnvironment({ ...about(), begins: 'new' })],
    ['haproxy.cfg', fragment({ proxy, members, timers: timersOf('fast') })],
    ['pgbouncer.ini', pgbouncerConfiguration(proxy, about().config)],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });

  it('carry a password of any printable characters to Patroni as it is', () => {
    const odd = Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i)).join('');
    const text = patroniYml({ ...about(), credentials: { ...credentials, replication: secret('replication', odd) } }).reveal();
    expect((read(text) as { postgresql: { authentication: { replication: { password: string } } } }).postgresql.authentication.replication.password).toBe(odd);
  });
});
