import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TwinState } from '@keybuzz/twin/state';
import { hostsText } from './states.ts';
import { timed } from './timed.ts';

/** Versions that were measured; a newer one is a new row, not a silent change. */
const pins = ['ansible-core==2.21.5', 'mitogen==0.3.54', 'pyinfra==3.10.0'];

/** A peer's command on the twin's hosts, and whether its output says that it changed nothing. */
export interface Peer {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly rounds: number;
  readonly unchanged: (output: string, hosts: number) => boolean;
}

/** The peers, installed into a folder of the project, with the same hosts and the same states. */
export async function installPeers(folder: string, twin: TwinState): Promise<readonly Peer[]> {
  const venv = join(folder, 'venv');
  const work = join(folder, 'states');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(venv, 'bin', 'ansible-playbook'))) {
    await timed([process.env['PYTHON'] ?? 'python3', '-m', 'venv', venv]);
    await timed([join(venv, 'bin', 'pip'), 'install', '-q', ...pins]);
  }
  cpSync(new URL('peers', import.meta.url), work, { recursive: true });
  writeInventories(work, twin);
  const mitogen = (await timed([join(venv, 'bin', 'python'), '-c', 'import ansible_mitogen, os; print(os.path.dirname(ansible_mitogen.__file__))'])).output.trim();
  const ansible = [join(venv, 'bin', 'ansible-playbook'), 'site.yml'];
  const env = { ...process.env, PATH: `${join(venv, 'bin')}:${process.env['PATH'] ?? ''}`, ANSIBLE_CONFIG: join(work, 'ansible.cfg') };
  const ansibleUnchanged = (output: string, hosts: number): boolean => (output.match(/changed=0 +unreachable=0 +failed=0/g) ?? []).length === hosts;
  return [
    { name: 'pyinfra 3.10', argv: [join(venv, 'bin', 'pyinfra'), '-y', '--parallel', String(twin.hosts.length), 'inventory.py', 'deploy.py'], env, cwd: work, rounds: 3, unchanged: pyinfraUnchanged },
    { name: 'Ansible 2.21 with Mitogen 0.3', argv: ansible, env: { ...env, ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: join(mitogen, 'plugins', 'strategy') }, cwd: work, rounds: 2, unchanged: ansibleUnchanged },
    { name: 'Ansible 2.21', argv: ansible, env, cwd: work, rounds: 1, unchanged: ansibleUnchanged },
  ];
}

function writeInventories(work: string, twin: TwinState): void {
  const ini = twin.hosts.map((h) => `${h.name} ansible_host=${h.address} address=${h.address} ansible_user=${h.user} ansible_ssh_private_key_file=${twin.keyFile}`);
  const py = twin.hosts.map((h) => `    ("${h.address}", {"ssh_user": "${h.user}", "ssh_key": "${twin.keyFile}", "short": "${h.name}", "ssh_known_hosts_file": "${twin.knownHostsFile}"}),`);
  const ssh = `-o ControlMaster=auto -o ControlPersist=600 -o UserKnownHostsFile=${twin.knownHostsFile} -o LogLevel=ERROR`;
  writeFileSync(join(work, 'hosts.ini'), ['[all]', ...ini, ''].join('\n'));
  writeFileSync(join(work, 'inventory.py'), ['fleet = [', ...py, ']', ''].join('\n'));
  writeFileSync(join(work, 'hosts.bench'), hostsText(twin.hosts));
  writeFileSync(join(work, 'ansible.cfg'), [
    '[defaults]', 'inventory = hosts.ini', `forks = ${twin.hosts.length}`, 'gathering = explicit', 'timeout = 60', 'interpreter_python = /usr/bin/python3', 'retry_files_enabled = False',
    '[ssh_connection]', 'pipelining = True', `ssh_args = ${ssh}`, '',
  ].join('\n'));
}

/** pyinfra's closing table has a line for each operation: hosts, succeeded, no change. */
function pyinfraUnchanged(output: string, hosts: number): boolean {
  const grand = /Grand total\s*\|?\s*(\d+)\s*\|?\s*([\d-]+)\s*\|?\s*([\d-]+)\s*\|?\s*([\d-]+)/.exec(output);
  return grand !== null && grand.slice(2, 4).every((figure) => figure === '-' || figure === '0') && hosts > 0;
}
