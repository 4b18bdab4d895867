import { describe, expect, it } from 'vitest';
import { type Command, type Cut, type Host, type OpenStack, type Session } from '@keybuzz/sdk';
import { sshFaults } from '../src/drill-faults-ssh.ts';

const hosts = ['a', 'b', 'c'].map((name, at) => ({ name, address: `10.0.0.${at + 1}` }) as Host);

/** What was run on the host that is cut off from b. */
async function ran(cut: Omit<Cut, 'from'>): Promise<string> {
  const commands: string[] = [];
  const session = { run: async (all: readonly Command[]) => all.map(({ text }) => (commands.push(text), { code: 0, stdout: '', stderr: '' })) } as unknown as Session;
  const stack = { inventory: { hosts, file: 'servers.tsv' }, controller: hosts[2], sessions: { session: async () => session, close: async () => {} } } as unknown as OpenStack;
  await sshFaults(stack)(5000).cut(['a'], { from: ['b'], ...cut });
  return commands.join('\n');
}

describe('a cut made on the servers themselves', () => {
  it('loses everything that passes between them, and ends by a timer that was there before it', async () => {
    const text = await ran({});
    expect(text.indexOf('systemd-run')).toBeLessThan(text.indexOf('-N KEYBUZZ-DRILL-OUTPUT'));
    expect(text).toContain('for far in 10.0.0.2; do iptables -w -A KEYBUZZ-DRILL-OUTPUT -d $far  -j DROP');
    expect(text).toContain('iptables -w -A KEYBUZZ-DRILL-INPUT -s $far  -j DROP');
  });

  it('of certain ports loses what goes to or comes from them, and nothing else', async () => {
    const text = await ran({ ports: [2379, 2380] });
    expect(text).toContain('-d $far -p tcp -m multiport --ports 2379,2380 -j DROP');
    expect(text).toContain('-s $far -p tcp -m multiport --ports 2379,2380 -j DROP');
  });

  it('one way loses only what the host sends', async () => {
    expect(await ran({ oneway: true })).not.toContain('KEYBUZZ-DRILL-INPUT -s');
  });
});
