import { describe, expect, it } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { change, operation } from '../../src/converge/index.ts';
import { os } from '../../src/facts/index.ts';
import { perHost } from '../../src/module/index.ts';
import { packages } from '../../src/operations/index.ts';
import { fakeCluster } from '../../src/testing/index.ts';
import { unlikePlan } from '../../src/testing/contract/announced.ts';
import { cutAndRunAgain, lostConnection } from '../../src/testing/contract/cuts.ts';
import { healthOfLostHost, healthOnBare } from '../../src/testing/contract/health.ts';
import { changesIn, openSecrets, planOnBare, readmeTable, undeclaredPorts, unknownKey } from '../../src/testing/contract/promises.ts';
import { failuresIn, rolledOut, subject, watch, type Subject } from '../../src/testing/contract/subject.ts';
import { toy, type Besides } from './toy-module.ts';

const on = (faults: Parameters<typeof toy>[0] = {}, hosts = 1): Promise<Subject> => subject(toy(faults), { cluster: fakeCluster({ redis: hosts }, { packages: toy.packages }) });

const besides = (...steps: Besides[]): Parameters<typeof toy>[0] => ({ besides: async (host, scope) => { for (const step of steps) await step(host, scope); } });

/** An operation that is done while the line of shell says so. */
const unless = (test: string, command: string) => operation({ title: command, look: { done: done(test) }, change: ({ done: already }) => [!already && change(sh`sh -c ${command}`, { summary: command })] });
const done = (test: string) => ({ key: test, reader: { name: test, anyExit: true, command: () => sh`sh -c ${test}`, parse: ({ code }: { code: number }) => new Map([[test, code === 0]]) } });

describe('the contract of modules finds', () => {
  it('nothing in a module that keeps it', async () => {
    const good = await on({}, 2);
    expect(await planOnBare(good).then(failuresIn)).toEqual([]);
    expect([...(await cutAndRunAgain(good, 10)), ...(await lostConnection(good)), ...(await unlikePlan(good))]).toEqual([]);
    expect([...(await healthOnBare(good)), ...(await healthOfLostHost(good)), ...undeclaredPorts(good), ...good.leaks, ...openSecrets(good)]).toEqual([]);
  });

  it('as many places between commands on each host, however their commands interleave', async () => {
    const { points } = await on({}, 2);
    const between = (host: string): number => points.filter((point) => point.host === host && point.first).length;
    expect(between('redis-01')).toBe(between('redis-02'));
    expect(new Set(points.filter((point) => point.first && point.host === 'redis-01').map(({ command }) => command)).size).toBe(between('redis-01'));
  });

  it('a schema that takes any key', async () => {
    const schema = (await import('valibot')).object({});
    expect(unknownKey(toy({ definition: { config: schema as never, ports: [] } }), { cluster: fakeCluster({ redis: 1 }) })).toBe('it was accepted');
  });

  it('a plan that changes something', async () => {
    const faulty = await on(besides((host) => host.run(sh`touch /srv/touched`)));
    await expect(planOnBare(faulty)).rejects.toThrow('the plan changed something:\nredis-01 /srv/touched');
  });

  it('a second run that changes something', async () => {
    // Two operations that undo one another.
    const faulty = await on(besides((host) => host.ensure(unless('[ -e /srv/a ]', 'touch /srv/a')), (host) => host.ensure(unless('[ ! -e /srv/a ]', 'rm /srv/a'))));
    faulty.stack.cluster.restore(faulty.end);
    expect(changesIn(await rolledOut(faulty.stack))).toEqual(['redis-01: done touch /srv/a (touch /srv/a)', 'redis-01: done rm /srv/a (rm /srv/a)']);
  });

  it('a step that a cut leaves half done for ever: a flag that is set before the work', async () => {
    const faulty = await on(besides((host) => host.ensure(unless('[ -e /srv/joined ]', 'touch /srv/joined; echo member >/srv/cluster'))));
    const wrong = await cutAndRunAgain(faulty);
    expect(wrong[0]).toContain("touch /srv/joined; echo member >/srv/cluster'");
    expect(wrong[0]).toContain('redis-01 /srv/cluster: "file 644 root:root\\nmember\\n" became nothing');
  });

  it('litter that only a cut leaves behind: a temporary name that is another one each time', async () => {
    const faulty = await on(besides((host) => host.ensure(unless('[ -e /srv/a ]', 't=$(mktemp /srv/a.XXXXXX); mv $t /srv/a'))));
    expect((await cutAndRunAgain(faulty))[0]).toContain('redis-01 /srv/a.000000: nothing became');
  });

  it('a process older than its configuration: a restart that is not a fact', async () => {
    const handler: Besides = async (host) => {
      const changed = await host.ensure(unless('grep -q loud /etc/toy/extra', 'echo loud >/etc/toy/extra'));
      if (changed.length > 0) await host.run(sh`systemctl restart toyd`);
    };
    expect((await cutAndRunAgain(await on(besides(handler)), 0)).join('\n')).toContain('redis-01 toyd.service: -active enabled\n  +active enabled stale');
  });

  it('changes that the plan did not announce', async () => {
    const faulty = await on(besides(async (host, { mode }) => void (mode === 'apply' && (await host.ensure(unless('[ -e /srv/secret-work ]', 'touch /srv/secret-work'))))));
    expect(await unlikePlan(faulty)).toEqual(['done and not planned: redis-01: touch /srv/secret-work (touch /srv/secret-work)']);
  });

  it('changes that the plan announced under another word, or that never came', async () => {
    const step = (title: string): Besides => (host) => host.ensure({ ...unless(`[ -e /srv/${title.split(' ')[1]} ]`, `touch /srv/${title.split(' ')[1]}`), title });
    const faulty = await on(besides(async (host, scope) => step(scope.mode === 'plan' ? 'the zone' : 'the wall')(host, scope)));
    expect(await unlikePlan(faulty)).toEqual(['done and not planned: redis-01: touch /srv/wall (the wall)', 'planned and not done: redis-01: touch /srv/zone (the zone)']);
  });

  it('no fault in a service that its package starts before its files are there, and one where it was there before', async () => {
    const early = await on({ definition: { install: perHost(async (host) => void (await host.ensure(packages(['toy'])))) } });
    expect(early.events.flatMap((event) => (event.type === 'change' ? [event.summary] : []))).toContain('restart toyd: /etc/toy/toy.conf, /etc/toy/password changed');
    expect(await unlikePlan(early)).toEqual([]);
    expect(await unlikePlan({ ...early, start: early.end })).not.toEqual([]);
  });

  it('health that is fine where nothing is, or that has nothing to say', async () => {
    const fine = await on({ definition: { health: async () => [{ title: 'all well', host: undefined, status: 'ok', seen: '', wanted: '' }] } });
    expect(await healthOnBare(fine)).toEqual(['nothing of redis-01 is down on a bare machine']);
    const vague = await on({ definition: { health: async ({ cluster }) => cluster.hosts.map(({ name }, at) => ({ title: 'toyd runs', host: name, status: at === 0 ? 'down' : 'degraded', seen: '', wanted: '' })) } }, 2);
    expect(await healthOnBare(vague)).toEqual(['nothing of redis-02 is down on a bare machine']);
    const whole = await on({ definition: { health: async () => [{ title: 'the set has a primary', host: undefined, status: 'down', seen: '', wanted: '' }] } }, 2);
    expect(await healthOnBare(whole)).toEqual([]);
    const silent = await on({ definition: { health: async () => [] } });
    expect(await healthOfLostHost(silent)).toEqual(['health has no probe at all with redis-01 down']);
  });

  it('health that throws', async () => {
    const faulty = await on({ definition: { health: async ({ cluster }) => (await cluster.each((host) => host.read([os()]))) && [] } });
    await expect(healthOfLostHost(faulty)).rejects.toThrow('redis-01: redis-01: no route to host');
  });

  it('a secret in a command line, in its output, in an event, in a file for everybody', async () => {
    const argument = await on(besides((host, { credentials }) => host.run(sh`true ${credentials.password.reveal()}`)));
    expect([...argument.leaks]).toEqual([expect.stringContaining('redis-01 command of true [secret toy/password]')]);
    const output = await on(besides((host) => host.run(sh`cat /etc/toy/password || :`)));
    expect([...output.leaks]).toEqual([expect.stringContaining('redis-01 stdout of cat /etc/toy/password')]);
    const open = await on(besides((host) => host.ensure(unless('[ -e /srv/copy ]', 'umask 022; cat /etc/toy/password >/srv/copy'))));
    expect(openSecrets(open)).toEqual(['redis-01 /srv/copy (mode 644) shows toy/password']);
    const { stack, leaks } = open;
    watch(open, [{ type: 'note', message: `it is ${stack.secrets.get('toy/password')?.reveal()}` }]);
    expect([...leaks]).toEqual(['event: {"type":"note","message":"it is [secret toy/password]"}']);
  });

  it('a port that is open and not declared', async () => {
    expect(undeclaredPorts(await on({ definition: { ports: [] } }))).toEqual(['redis-01: toyd.service listens on 7070/tcp, which no module declares']);
  });

  it('a README without the table of the configuration', () => {
    const { seen, wanted } = readmeTable(toy(), '/nowhere/spec/x.spec.ts');
    expect(seen).not.toBe(wanted);
    expect(wanted).toContain('<!-- config:start -->');
  });
});
