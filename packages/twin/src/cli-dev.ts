import { readFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { activeFaults, down, downAll, ensureImage, fault, heal, exec, sshConfig, status, twinName, up } from './index.ts';
import type { TwinHost } from './index.ts';

// Temporary: the runner's CLI will own these commands.
// cli-dev.ts LABEL up [trixie|bookworm] [N|core|name,name] | down | downall | status | ssh-config | exec CMD…
const [, , label = '', verb = '', ...rest] = argv;
const name = twinName(process.cwd(), label);
const rows = readFileSync('/work/shared/mission/servers.tsv', 'utf8').split('\n').slice(1).map((line) => line.split('\t')).filter((row) => row.length > 10);
const core = rows.filter((row) => row[10] === 'yes');
const toHost = (row: string[]): TwinHost => ({ name: row[2] ?? '', address: row[3] ?? '', publicAddress: row[1] ?? '', user: row[5] ?? '' });
const print = (value: unknown): void => void stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, null, 1)}\n`);
if (verb === 'up') {
  const [release = 'trixie', which = '3'] = rest;
  const picked = which === 'core' ? core : /^\d+$/u.test(which) ? core.slice(0, Number(which)) : rows.filter((row) => which.split(',').includes(row[2] ?? ''));
  const image = await ensureImage({ release: release as 'trixie', onProgress: print });
  const result = await up({ name, hosts: picked.map(toHost), image, onProgress: (event) => print(`${event.host} ${event.step} ${event.ms}`) });
  print({ name, booted: result.booted.length, ms: result.ms });
} else if (verb === 'down') print(await down({ name }));
else if (verb === 'downall') print(await downAll());
else if (verb === 'status') print((await status({ name })).hosts);
else if (verb === 'ssh-config') print(sshConfig({ name }));
else if (verb === 'exec') process.exitCode = await exec({ name, argv: rest });
else if (verb === 'fault') print(await fault({ name, ...JSON.parse(rest[0] ?? '') }));
else if (verb === 'heal') print(await heal({ name }));
else if (verb === 'faults') print(activeFaults({ name }));
