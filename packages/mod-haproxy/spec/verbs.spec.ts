import { defineModule, perHost, rollout, use, type ReportEvent } from '@keybuzz/sdk';
import { base } from '@keybuzz/mod-base';
import { fakeCluster, fakeSecrets, fakeStack, withHaproxy, type FakeStack } from '@keybuzz/sdk/testing';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { haproxy, health } from '../src/index.ts';

const name = 'internal-haproxy-01';
const conf = '/etc/haproxy/conf.d/echo.cfg';

/** A module that has a fragment, or with an empty text none. */
const echo = defineModule({
  name: 'echo',
  summary: 'A fragment.',
  requires: [haproxy],
  hosts: { query: { role: 'lb', subrole: 'internal-haproxy' } },
  config: v.strictObject({ text: v.string() }),
  credentials: {},
  ports: [],
  install: perHost(async () => {}),
  configure: perHost(async (host, scope) => {
    const { config } = scope;
    const proxies = scope.provided(haproxy);
    await host.ensure(...(config.text === '' ? proxies.absentFragment('echo') : proxies.fragment('echo', config.text)));
  }),
  test: async () => [],
  health: async () => [],
});

const sound = 'listen echo\n  bind :7000\n  server one 10.0.0.12:7001 check\n';
const secrets = fakeSecrets();
let cluster = fakeCluster({ 'lb/internal-haproxy': 1 }, withHaproxy());

const stackWith = (text: string): FakeStack => fakeStack([use(base), use(haproxy), use(echo, { config: { text } })], { cluster, secrets });

async function rolledOut(text: string): Promise<readonly ReportEvent[]> {
  const open = stackWith(text).open();
  await rollout(open);
  return open.events;
}

const changed = (events: readonly ReportEvent[]): readonly string[] => events.flatMap((e) => (e.type === 'change' ? [e.summary] : []));
const failed = (events: readonly ReportEvent[]): string => events.flatMap((e) => (e.type === 'failure' ? [`${e.message} ${e.output ?? ''}`] : [])).join('\n');
const live = (): string => cluster.host(name).machine.tree.text(conf);
const probes = async (): Promise<Record<string, string>> => Object.fromEntries((await health(stackWith(sound).open())).map(({ title, status, seen }) => [title, `${status}: ${seen}`]));

beforeEach(async () => {
  cluster = fakeCluster({ 'lb/internal-haproxy': 1 }, withHaproxy());
  await rolledOut(sound);
});

describe('a fragment on a host', () => {
  it('is put there and read by a reload, once', async () => {
    expect(changed(await rolledOut(sound))).toEqual([]);
    expect(changed(await rolledOut(sound.replace(':7000', ':7002')))).toEqual([`change ${conf} (0640)`, `reload haproxy: ${conf} changed`]);
  });

  it('that HAProxy refuses leaves the old one as it was', async () => {
    const before = live();
    expect(failed(await rolledOut(sound.replace('server', 'servre')))).toContain("unknown keyword 'servre' in 'listen' section");
    expect(live()).toBe(before);
    expect(changed(await rolledOut(sound))).toEqual([]);
  });

  it('that was written by a run that died before the reload is read by the next run', async () => {
    const { machine } = cluster.host(name);
    const [kernel, { configuration, ...unit }] = [machine.kernel.get('haproxy'), machine.units.get('haproxy.service') as never as { configuration: string; active: 'active'; startedAt: number; pid: number }];
    await rolledOut(sound.replace(':7000', ':7002'));
    machine.setKernel('haproxy', kernel);
    machine.setUnit('haproxy.service', { ...unit, configuration });
    expect(changed(await rolledOut(sound.replace(':7000', ':7002')))).toEqual([`reload haproxy: ${conf} changed`]);
  });

  it('is taken away by a reload', async () => {
    expect(changed(await rolledOut(''))).toEqual([`remove ${conf}`, `reload haproxy: ${conf} changed`]);
    expect(changed(await rolledOut(''))).toEqual([]);
  });
});

describe('health', () => {
  it('is well when the proxy runs with its files', async () => {
    expect(await probes()).toEqual({
      'answers over SSH': 'ok: yes', 'haproxy runs': 'ok: active', 'haproxy answers on its runtime socket': 'ok: yes',
      'haproxy works with its files as they are': 'ok: ', 'every backend has a server': 'ok: ', connections: 'ok: 3',
    });
  });

  it('names the file that the process has not read', async () => {
    const { tree } = cluster.host(name).machine;
    tree.write(conf, live().replace(/[0-9a-f]{16}/, '0000000000000000'));
    expect((await probes())['haproxy works with its files as they are']).toBe('degraded: KEYBUZZ_FRAGMENT_ECHO');
  });

  it('names a fragment that is gone and still works, and one that is there and does not', async () => {
    const { tree } = cluster.host(name).machine;
    const [kept, path] = [live(), '/etc/haproxy/conf.d/foreign.cfg'];
    tree.remove(conf);
    expect((await probes())['haproxy works with its files as they are']).toBe(`degraded: ${conf} is gone`);
    tree.write(conf, kept);
    tree.write(path, 'listen foreign\n  bind :7009\n');
    expect((await probes())['haproxy works with its files as they are']).toBe(`degraded: ${path} is not read`);
  });

  it('tells that the proxy is down', async () => {
    await cluster.host(name).execute('systemctl stop haproxy');
    expect(await probes()).toMatchObject({ 'haproxy runs': 'down: inactive', 'haproxy answers on its runtime socket': 'down: no', connections: 'degraded: unknown' });
  });
});
