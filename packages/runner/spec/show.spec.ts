import { describe, expect, it } from 'vitest';
import '@keybuzz/sdk/testing';
import type { ChangeEvent, FailureEvent } from '@keybuzz/sdk';
import { runReport } from '../src/run-report.ts';
import { failureText } from '../src/show/failure.ts';
import { groupedChanges } from '../src/show/group.ts';
import { planText } from '../src/show/plan.ts';

const change = (host: string, about: Partial<ChangeEvent> = {}): ChangeEvent => ({
  type: 'change', module: 'base', verb: 'configure', host, operation: 'the time zone is Europe/Paris', summary: 'set the time zone to Europe/Paris', state: 'planned', difference: undefined, ...about,
});
const somaxconn = (host: string): ChangeEvent => change(host, { summary: 'set net.core.somaxconn to 65535', difference: 'net.core.somaxconn: 11 -> 65535' });
const hosts = change('redis-01', { summary: 'change /etc/hosts (0644)', difference: '--- /etc/hosts\n+++ /etc/hosts\n@@ -1 +1 @@\n-10.0.0.1 a\n+10.0.0.2 a' });

const failure: FailureEvent = {
  type: 'failure', module: 'redis', verb: 'configure', host: 'redis-02', kind: 'notConverged',
  message: 'redis-server is enabled and running: still not so after it was done: start redis-server', operation: 'redis-server is enabled and running',
  command: 'systemctl start redis-server', output: 'Job for redis-server.service failed.', next: 'journalctl -u redis-server -n 50',
};

describe('a plan', () => {
  it('tells equal changes of several hosts once, names every host, shows differences, and counts', () => {
    expect(planText([change('db-01'), somaxconn('db-01'), change('redis-01'), hosts], 29)).toMatchGolden('plan.txt');
  });

  it('tells once what two verbs would do on a host', () => {
    expect(planText([change('a'), change('b'), change('a')], 2)).toMatch(/on a b\n[^]*\n2 changes on 2 of 2 hosts\.\n$/);
  });

  it('says so when there is nothing to change', () => {
    expect(planText([], 29)).toBe('Nothing to change on 29 hosts.\n');
  });

  it('does not claim that nothing is to change on hosts that could not be read', () => {
    expect(planText([failure], 29)).toBe('No change found where the hosts could be read.\n');
  });
});

describe('equal changes', () => {
  it('are those with the same module, words, state and difference', () => {
    expect(groupedChanges([change('a'), change('b'), change('c', { state: 'done' }), somaxconn('a')]).map((g) => [g.hosts, g.state])).toEqual([[['a', 'b'], 'planned'], [['c'], 'done'], [['a'], 'planned']]);
  });
});

describe('a failure', () => {
  it('says where, what was seen, the command, the end of its output, the next move and the log', () => {
    expect(failureText(failure, 'runs/2026/redis-02.log')).toMatchGolden('failure.txt');
  });

  it('of no host in particular is short', () => {
    const { type, kind } = failure;
    expect(failureText({ type, kind, message: 'no stack at x.ts', module: '', verb: '', host: '', operation: undefined, command: undefined, output: undefined, next: undefined })).toBe('keybuzz: no stack at x.ts\n');
  });
});

describe('the report of a run', () => {
  it('has a line for each group of changes, each failure and each probe that is not ok', () => {
    const probe = { type: 'probe', module: 'base', title: 'docker runs', host: 'a', status: 'down', seen: 'inactive', wanted: 'active' } as const;
    expect(runReport({ command: 'health', exit: 4, at: new Date(0), events: [change('a', { state: 'done' }), failure, probe, { ...probe, status: 'ok' }] })).toMatchGolden('report.md');
  });
});
