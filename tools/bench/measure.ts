import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TwinState } from '@keybuzz/twin/state';
import { installPeers } from './peers.ts';
import { median, timed, type Timing } from './timed.ts';

/** One row of the table: a command that changes nothing over the whole twin. */
export interface Row {
  readonly what: string;
  readonly seconds: readonly number[];
  readonly megabytes: number;
}

/** The floor, ours and the peers, alternating so that all see the same machine; each run is checked to have changed nothing. */
export async function measure(root: string, twin: TwinState): Promise<readonly Row[]> {
  const kb = join(root, 'kb');
  const enter = [kb, 'twin', 'exec', '--'];
  const floor = join(root, '.kb', 'bench', 'floor.sh');
  const peers = await installPeers(join(root, '.kb', 'bench'), twin);
  writeFileSync(floor, `#!/bin/sh\nfor host in ${twin.hosts.map((h) => h.name).join(' ')}; do ssh -n -F ${twin.sshConfigFile} "$host" true & done; wait\n`, { mode: 0o755 });
  const ours = async (...argv: string[]): Promise<Timing> => settled(await timed([kb, 'plan', '--on', 'twin', ...argv]), /Nothing to change/);
  const again = async (...argv: string[]): Promise<Timing> => settled(await timed([kb, 'rollout', '--on', 'twin', '--yes', ...argv]), /Nothing was changed/);
  const states = ['--stack', join(root, 'tools', 'bench', 'stack.ts')];
  await timed([kb, 'rollout', '--on', 'twin', '--yes', ...states]);
  const quick: readonly [string, () => Promise<Timing>][] = [
    ['floor: one OpenSSH `true` a host, all in parallel', () => timed([...enter, floor])],
    ['keybuzz plan, the whole stack', () => ours()],
    ['keybuzz plan --only base', () => ours('--only', 'base')],
    ['keybuzz rollout, the whole stack', () => again()],
    ['keybuzz rollout --only base', () => again('--only', 'base')],
    ['keybuzz plan, the 23 states', () => ours(...states)],
  ];
  const rows = await alternating(quick, 7);
  const slow = [];
  for (const peer of peers) {
    const go = (): Promise<Timing> => timed([...enter, ...peer.argv], { cwd: peer.cwd, env: peer.env });
    await go(); // the tools' own differences (modes, caches) are settled by a first run
    slow.push(...(await alternating([[`${peer.name}, the 23 states`, async () => unchangedBy(peer, await go(), twin)]], peer.rounds)));
  }
  return [...rows, ...slow];
}

async function alternating(commands: readonly (readonly [string, () => Promise<Timing>])[], rounds: number): Promise<Row[]> {
  const timings = new Map<string, Timing[]>(commands.map(([what]) => [what, []]));
  for (let round = 0; round < rounds; round += 1) for (const [what, go] of commands) timings.get(what)?.push(await go());
  return [...timings].map(([what, all]) => ({ what, seconds: all.map((t) => t.seconds), megabytes: median(all.map((t) => t.megabytes)) }));
}

function settled(timing: Timing, wanted: RegExp): Timing {
  if (!wanted.test(timing.output)) throw new Error(`something was still to change:\n${timing.output.slice(-500)}`);
  return timing;
}

function unchangedBy(peer: { name: string; unchanged: (output: string, hosts: number) => boolean }, timing: Timing, twin: TwinState): Timing {
  if (!peer.unchanged(timing.output, twin.hosts.length)) throw new Error(`${peer.name} changed something, or did not say that it did not:\n${timing.output.slice(-1500)}`);
  return timing;
}
