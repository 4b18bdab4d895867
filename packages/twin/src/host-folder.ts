import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { bootScript, powerScript } from './boot-script.ts';
import { addFirstUser } from './first-user.ts';
import { hostFolder, plainFolders } from './host-paths.ts';
import type { Common } from './host-paths.ts';
import { run } from './run.ts';
import type { TwinHost } from './state.ts';

/** Sparse: a host's disk takes on the machine what was written to it. */
const DISK = 40 * 1024 ** 3;

/** The folder of a host exists, whole: a disk with its name, keys and addresses, ready to boot. */
export async function ensureHostFolder(common: Common, host: TwinHost): Promise<void> {
  const folder = hostFolder(common.name, host.name);
  if (existsSync(folder)) return;
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  await writeSeed(common, host, `${draft}/seed`);
  writeFileSync(`${draft}/disk`, '');
  truncateSync(`${draft}/disk`, DISK);
  // No journal and no reserve: the disk is thrown away, and a full one must be full for root as well.
  const features = ['-O', '^has_journal,^resize_inode,sparse_super2', '-E', 'lazy_itable_init=1,nodiscard,num_backup_sb=0', '-m', '0'];
  await run(['mkfs.ext4', '-q', '-F', ...features, '-N', '2000000', '-d', `${draft}/seed`, `${draft}/disk`]);
  rmSync(`${draft}/seed`, { recursive: true });
  mkdirSync(`${draft}/mnt`);
  writeFileSync(`${draft}/power`, powerScript(common.name, host));
  writeFileSync(`${draft}/boot`, bootScript(common, host));
  renameSync(draft, folder);
}

/** The host keys of a host, as lines of a known_hosts file. */
export function knownHostsLines(name: string, host: TwinHost): string[] {
  const text = readFileSync(`${hostFolder(name, host.name)}/host-keys.pub`, 'utf8');
  const names = [host.name, host.address, host.publicAddress].join(',');
  return text.trim().split('\n').map((line) => `${names} ${line.split(' ').slice(0, 2).join(' ')}`);
}

async function writeSeed(common: Common, host: TwinHost, seed: string): Promise<void> {
  const root = `${seed}/up`;
  for (const folder of ['work', 'up', 'root', ...plainFolders.map((one) => `plain/${one}`)]) mkdirSync(`${seed}/${folder}`, { recursive: true });
  mkdirSync(`${root}/etc/ssh`, { recursive: true });
  mkdirSync(`${root}/etc/apt/apt.conf.d`, { recursive: true });
  mkdirSync(`${root}/root/.ssh`, { recursive: true });
  for (const secret of [`${root}/root`, `${root}/root/.ssh`]) chmodSync(secret, 0o700);
  const machineId = createHash('sha256').update(`${common.name}\0${host.name}`).digest('hex').slice(0, 32);
  const files: Record<string, string> = {
    'etc/hostname': `${host.name}\n`,
    'etc/machine-id': `${machineId}\n`,
    'etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${host.name}\n::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n`,
    'etc/apt/apt.conf.d/01twin-proxy': ['http', 'https'].map((scheme) => `Acquire::${scheme}::Proxy "http://${common.controller}:3142";\n`).join(''),
    'root/.ssh/authorized_keys': common.publicKey,
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(`${root}/${path}`, content);
  chmodSync(`${root}/root/.ssh/authorized_keys`, 0o600);
  const kinds = ['ed25519', 'ecdsa'];
  for (const kind of kinds) {
    const file = `${root}/etc/ssh/ssh_host_${kind}_key`;
    await run(['ssh-keygen', '-q', '-t', kind, '-N', '', '-C', `root@${host.name}`, '-f', file]);
  }
  const publics = kinds.map((kind) => readFileSync(`${root}/etc/ssh/ssh_host_${kind}_key.pub`, 'utf8'));
  writeFileSync(`${seed}/../host-keys.pub`, publics.join(''));
  if (host.user !== 'root') addFirstUser({ root, image: common.image.directory, user: host.user, publicKey: common.publicKey });
}
