import { Secret } from '@keybuzz/sdk';
import '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import type { CredentialName } from '../src/credentials.ts';
import { drills } from '../src/drills.ts';
import { fragment } from '../src/fragment.ts';
import { layoutOf } from '../src/layout.ts';
import { redisConf, replicationConf } from '../src/redis-conf.ts';
import { sentinelConf, sentinelMemory } from '../src/sentinel-conf.ts';
import { predictedOutage, timersOf } from '../src/timers.ts';
import { aclFile, serverUsers } from '../src/users.ts';

const usual = parse(config, {});
const names: readonly CredentialName[] = ['admin', 'app', 'replication', 'sentinel', 'sentinel-clients', 'haproxy'];
const passwords = Object.fromEntries(names.map((name) => [name, Secret.of(`redis/${name}`, `${name}-password`)])) as Record<CredentialName, Secret>;
const members = [1, 2, 3].map((number) => ({ name: `redis-0${number}`, address: `10.0.0.${122 + number}` }));
const [host] = members as [(typeof members)[number]];
const layout = layoutOf(usual);
const memory = 8 * 1024 ** 3;

describe('the files of Redis', () => {
  it('are golden', () => {
    expect(redisConf({ host, config: usual, layout, memory })).toMatchGolden('redis.conf');
    expect(aclFile(serverUsers(usual, passwords))).toMatchGolden('users.acl');
    expect(sentinelConf(host, layout)).toMatchGolden('sentinel.conf');
    expect(sentinelMemory(usual, { master: host, quorum: 2, passwords }).reveal()).toMatchGolden('sentinel-memory.conf');
    expect(fragment({ proxy: { address: '10.0.0.11' }, members, config: usual, password: passwords.haproxy }).reveal()).toMatchGolden('haproxy.cfg');
    expect(replicationConf(passwords.replication).reveal()).toMatch(/\nmasteruser kb_repl\nmasterauth replication-password\n$/);
  });

  it('are golden for Valkey: its own folder of data, and the same besides', () => {
    const valkey = parse(config, { engine: 'valkey' });
    const its = layoutOf(valkey);
    expect(redisConf({ host, config: valkey, layout: its, memory })).toMatchGolden('valkey.conf');
    expect(sentinelConf(host, its)).toMatchGolden('valkey-sentinel.conf');
    expect([its.server.unit, its.server.program, its.sentinel.program, its.cli, its.user, its.server.memory]).toEqual(['valkey-server', '/usr/bin/valkey-server', '/usr/bin/valkey-sentinel', 'valkey-cli', 'valkey', '/var/lib/valkey/redis.conf']);
  });

  it('are golden with TLS: no port without it, everybody shows a certificate, and passwords remain', () => {
    const secured = parse(config, { tls: true });
    const its = layoutOf(secured);
    expect(redisConf({ host, config: secured, layout: its, memory })).toMatchGolden('redis-tls.conf');
    expect(sentinelConf(host, its)).toMatchGolden('sentinel-tls.conf');
    const proxied = fragment({ proxy: { address: '10.0.0.11' }, members, config: secured, password: passwords.haproxy, authority: 'the authority' }).reveal();
    expect(proxied).toMatchGolden('haproxy-tls.cfg');
    expect(proxied).not.toBe(fragment({ proxy: { address: '10.0.0.11' }, members, config: secured, password: passwords.haproxy, authority: 'another' }).reveal());
    for (const key of ['tls-port', 'tls-auth-clients', 'tls-cert-file']) expect(() => parse(config, { parameters: { [key]: 'x' } })).toThrow(`${key} is given by this module: it follows from \`tls\``);
  });

  it('never say who leads', () => {
    expect(redisConf({ host, config: usual, layout, memory })).not.toMatch(/replicaof|slaveof/);
  });

  it('evict for a cache, refuse for a queue, and let a master write alone when that is wanted', () => {
    const of = (input: object): string => redisConf({ host, config: parse(config, input), layout, memory });
    expect(of({ purpose: 'cache' })).toContain('\nmaxmemory-policy allkeys-lru\n');
    expect(of({})).toContain('\nmaxmemory-policy noeviction\n');
    expect(of({ memory: 0.5 })).toContain('\nmaxmemory 4096mb\n');
    expect(of({ rpo: 'bounded' })).toContain('\nmin-replicas-to-write 0\n');
    expect(of({ parameters: { maxmemory: '1gb' } }).match(/^maxmemory .*$/gm)).toEqual(['maxmemory 1gb']);
  });

  it('look for a replica in either profile, and lead nowhere for reading when that is not wanted', () => {
    const of = (input: object): string => fragment({ proxy: { address: '10.0.0.11' }, members, config: parse(config, input), password: passwords.haproxy }).reveal();
    expect(of({ rpo: 'bounded' })).toContain('expect rstring "role:master[\\s\\S]*connected_slaves:[1-9]"');
    expect(of({ reads: false })).not.toContain('redis_replicas');
  });

  it('take no directive that would make the set another one', () => {
    for (const key of ['min-replicas-to-write', 'replicaof', 'slaveof', 'bind', 'port', 'aclfile', 'include', 'user', 'requirepass', 'masterauth', 'appendonly', 'dir']) {
      expect(() => parse(config, { parameters: { [key]: 'x' } })).toThrow(`${key} is given by this module: `);
    }
    expect(() => parse(config, { parameters: { maxmemory: '1gb\nreplicaof 10.0.0.9 6379' } })).toThrow('one line');
    expect(parse(config, { parameters: { 'maxmemory-clients': '1g', hz: 20 } }).parameters).toEqual({ 'maxmemory-clients': '1g', hz: 20 });
  });
});

describe('the timers', () => {
  it('allow what is promised', () => {
    const { killed, gone } = predictedOutage(timersOf(usual));
    expect(killed).toBeLessThanOrEqual(5000);
    expect(gone).toBeLessThanOrEqual(8000);
    for (const rto of ['fast', 'balanced', 'safe'] as const) {
      const worst = predictedOutage(timersOf({ rto, rpo: 'zero' }));
      const promised = (...names: string[]): number => Math.min(...drills(parse(config, { rto })).filter(({ name }) => names.includes(name)).map(({ promise }) => promise.downtime));
      expect(promised('master-killed')).toBeGreaterThanOrEqual(worst.killed);
      expect(promised('master-off', 'master-frozen', 'master-cut', 'master-alone', 'master-mute')).toBeGreaterThanOrEqual(worst.gone);
    }
  });
});
