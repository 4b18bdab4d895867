import { base } from '../src/index.ts';
import { fakeCluster } from '../../sdk/src/testing/fake-cluster.ts';
import { subject, rolledOut } from '../../sdk/src/testing/contract/subject.ts';
import { FakeHost } from '../../sdk/src/testing/fake-host.ts';
const on = await subject(base as never, { cluster: fakeCluster({ redis: 1 }) });
const orig = FakeHost.prototype.execute; const acc = new Map<string, [number, number]>();
FakeHost.prototype.execute = async function (line, stdin) { const t = (process.cpuUsage().user/1000); const r = await orig.call(this, line, stdin); const k = line.slice(0, 110).replaceAll('\n', ' '); const a = acc.get(k) ?? [0, 0]; acc.set(k, [a[0] + (process.cpuUsage().user/1000) - t, a[1] + 1]); return r; };
for (const [name, snap] of [['full', on.start], ['noop', on.end]] as const) {
  acc.clear(); const t = (process.cpuUsage().user/1000);
  for (let i = 0; i < 30; i++) { on.stack.cluster.restore(snap); await rolledOut(on.stack); }
  const total = ((process.cpuUsage().user/1000) - t) / 30;
  const inShell = [...acc.values()].reduce((s, [ms]) => s + ms, 0) / 30;
  console.log('==', name, total.toFixed(1), 'in shell', inShell.toFixed(1));
  for (const [k, [ms, n]] of [...acc].sort((a, b) => b[1][0] - a[1][0]).slice(0, 25)) console.log((ms / 30).toFixed(2).padStart(7), n / 30, k);
}
{ const t = (process.cpuUsage().user/1000); for (let i = 0; i < 10; i++) on.stack.cluster.states(); console.log('states', ((process.cpuUsage().user/1000) - t) / 10); }
{ const t = (process.cpuUsage().user/1000); for (let i = 0; i < 10; i++) on.stack.cluster.restore(on.end); console.log('restore', ((process.cpuUsage().user/1000) - t) / 10); }
{ const t = (process.cpuUsage().user/1000); for (let i = 0; i < 10; i++) on.stack.cluster.hosts[0]!.powerCycle(); console.log('power', ((process.cpuUsage().user/1000) - t) / 10); }
