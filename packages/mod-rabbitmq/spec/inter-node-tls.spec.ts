import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { rollout, use, type Host } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import { refuseOtherTls, type FoundHost } from '../src/found.ts';
import { health, rabbitmq } from '../src/index.ts';
import { interNodeConf } from '../src/inter-node-tls.ts';
import { environment } from '../src/rabbitmq-conf.ts';
import { FakeRabbitmq } from './fake-rabbitmq.ts';

const fake = new FakeRabbitmq();
const cluster = fake.join(fakeCluster({ 'queue/rabbitmq': 3, 'lb/internal-haproxy': 2 }, fake.options));
const secrets = fakeSecrets();
const hosts = ['rabbitmq-01', 'rabbitmq-02', 'rabbitmq-03'];
const stackWith = (interNodeTls: boolean) => fakeStack([use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }), use(rabbitmq, { config: { interNodeTls } })], { cluster, secrets });

async function changes(tls: boolean, mode: 'plan' | 'apply' = 'apply'): Promise<readonly string[]> {
  const open = stackWith(tls).open(mode);
  await rollout(open);
  return open.events.flatMap((event) => (event.type === 'change' || event.type === 'failure' ? [`${event.host}: ${event.type === 'change' ? event.summary : `${event.kind}: ${event.message}`}`] : []));
}

const said = async (host: string, line: string): Promise<string> => (await cluster.host(host).execute(line)).stdout.trim();
const stopped = (): Promise<unknown> => Promise.all(hosts.map((host) => cluster.host(host).execute('systemctl stop rabbitmq-server')));

describe('the files of TLS between nodes', () => {
  it.each([
    ['inter-node-tls.config', interNodeConf()],
    ['rabbitmq-env-tls.conf', environment({ name: 'queue-01', address: '10.0.0.126' } as Host, parse(config, { interNodeTls: true }))],
  ])('%s is what a reviewer has read', (name, text) => {
    expect(text).toMatchGolden(name);
  });
});

describe('a cluster whose nodes speak TLS with one another', () => {
  let rolledOut: ReturnType<typeof cluster.snapshot>;
  beforeAll(async () => {
    await changes(true);
    rolledOut = cluster.snapshot();
  });
  beforeEach(() => cluster.restore(rolledOut));

  it('has nothing left to change, is healthy, and says how long its certificates last', async () => {
    expect(await changes(true, 'plan')).toEqual([]);
    const probes = await health(stackWith(true).open('plan'));
    expect(probes.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(probes.filter(({ title }) => title === 'certificate between nodes').map(({ host, seen }) => `${host}: ${seen}`)).toEqual(hosts.map((host) => expect.stringMatching(new RegExp(`^${host}: \\d{3} days left$`)) as string));
  });

  it('has each key where only its node can read it', async () => {
    expect(await Promise.all(hosts.map((host) => said(host, 'stat -c "%a %U" /etc/rabbitmq/inter_node/node.key')))).toEqual(hosts.map(() => '400 rabbitmq'));
    const keys = await Promise.all(hosts.map((host) => said(host, 'cat /etc/rabbitmq/inter_node/node.key')));
    expect(new Set(keys).size).toBe(3);
  });

  it('restarts no node for a certificate that was renewed: Erlang reads it for each connection', async () => {
    await cluster.host('rabbitmq-02').execute('rm /etc/rabbitmq/inter_node/node.pem');
    expect(await changes(true)).toEqual(['rabbitmq-02: create /etc/rabbitmq/inter_node/node.pem (0644)']);
  });

  it('names a certificate that is gone', async () => {
    await cluster.host('rabbitmq-02').execute('rm /etc/rabbitmq/inter_node/node.pem');
    const probes = await health(stackWith(true).open('plan'));
    expect(probes.filter(({ status }) => status !== 'ok').map(({ host, title, seen }) => `${host}: ${title}: ${seen}`)).toEqual(['rabbitmq-02: certificate between nodes: none']);
  });

  it('is not switched while it runs, and says what to do, in the plan as well', async () => {
    const before = cluster.states();
    const refused = [expect.stringMatching(/^rabbitmq-01: unsafe: rabbitmq-01, rabbitmq-02, rabbitmq-03 speak with other nodes over TLS, wanted is without TLS.*nothing was touched$/)];
    expect([await changes(false, 'plan'), await changes(false)]).toEqual([refused, refused]);
    expect(cluster.states()).toEqual(before);
  });

  it('is switched when all its nodes are stopped, there and back', async () => {
    await stopped();
    const off = await changes(false);
    const ofEach = (lines: readonly string[]): readonly string[] => lines.filter((line) => /rabbitmq-02: .*(env\.conf|inter_node_tls)/.test(line)).map((line) => line.replace(/ \(.*/, '').split('/').at(-1) ?? '');
    // A run that is cut between the two leaves a node that does not start, not one that starts in another way than it seems to.
    expect(ofEach(off)).toEqual(['inter_node_tls.config', 'rabbitmq-env.conf']);
    expect(off.filter((line) => !/rabbitmq-env\.conf|inter_node/.test(line))).toEqual(hosts.map((host) => `${host}: start rabbitmq-server`));
    expect([await changes(false, 'plan'), (await health(stackWith(false).open('plan'))).filter(({ status }) => status !== 'ok')]).toEqual([[], []]);
    expect(await changes(true)).toEqual([expect.stringContaining('speak with other nodes without TLS, wanted is over TLS')]);
    await stopped();
    expect(ofEach(await changes(true))).toEqual(['rabbitmq-env.conf', 'inter_node_tls.config']);
    expect(await changes(true, 'plan')).toEqual([]);
  });
});

describe('nodes of which some speak TLS', () => {
  const found = (...tls: readonly (boolean | undefined)[]): readonly FoundHost[] => tls.map((each, at) => ({ host: `queue-0${at + 1}`, running: each !== undefined, tls: each ?? false, otherCookie: false, database: { kind: 'virgin' } }));
  const refused = (...tls: readonly (boolean | undefined)[]): boolean => {
    try {
      refuseOtherTls(found(...tls), { wanted: true, members: 3 });
      return false;
    } catch {
      return true;
    }
  };

  it('are brought together where most already do as is wanted, and left alone otherwise', () => {
    expect([refused(true, true, false), refused(undefined, undefined, undefined), refused(true, undefined, undefined)]).toEqual([false, false, false]);
    expect([refused(false, false, true), refused(false, undefined, undefined), refused(true, false, undefined)]).toEqual([true, true, true]);
  });
});
