import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, changes, commandsOn, shown, type AcceptanceTwin, type Commands } from '@keybuzz/twin/acceptance';
import { hosts } from './hosts.ts';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of postgres on Raft. ${machine.why}. To run it: ${machine.next}\n\n`);

let twin: AcceptanceTwin;
let cli: Commands;

describe.skipIf(!machine.ok)('postgres on Raft, on five servers of the inventory', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('raft-stack.ts', import.meta.url).pathname, hosts });
    cli = commandsOn(twin);
  });
  afterAll(() => twin?.close());

  it('comes up, and the second run changes nothing', async () => {
    const first = await cli.rollout();
    expect(first.code, shown(first)).toBe(0);
    const second = await cli.rollout();
    expect([second.code, changes(second)], shown(second)).toEqual([0, []]);
  });

  it('says that its authors deprecate Raft', async () => {
    const planned = await cli.plan();
    expect(`${planned.stdout}${planned.stderr}`, shown(planned)).toContain('Raft is deprecated by Patroni');
  });

  it('is healthy, every proof holds, and a killed postgres costs what is promised', async () => {
    const health = await cli.health();
    expect(health.code, shown(health)).toBe(0);
    const test = await cli.test('--only', 'postgres');
    expect(test.stdout, shown(test)).toContain('13 passed, 0 failed, 0 skipped');
    const drilled = await cli.drill('postgres', 'postgres-killed');
    expect(drilled.code, shown(drilled)).toBe(0);
  });
});
