import { posix } from 'node:path';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

const sshdDefaults: Readonly<Record<string, string>> = {
  port: '22', permitrootlogin: 'prohibit-password', passwordauthentication: 'yes', kbdinteractiveauthentication: 'no', pubkeyauthentication: 'yes', permitemptypasswords: 'no', maxauthtries: '6', maxsessions: '10',
  maxstartups: '10:30:100', logingracetime: '120', clientaliveinterval: '0', clientalivecountmax: '3', x11forwarding: 'no', allowtcpforwarding: 'yes', allowagentforwarding: 'yes', usedns: 'no', usepam: 'yes',
  addressfamily: 'any', listenaddress: '0.0.0.0', subsystem: 'sftp /usr/lib/openssh/sftp-server', kexalgorithms: 'curve25519-sha256', ciphers: 'aes256-ctr', macs: 'hmac-sha2-256', hostkeyalgorithms: 'ssh-ed25519',
  acceptenv: 'LANG LC_*', printmotd: 'no', strictmodes: 'yes', loglevel: 'INFO', syslogfacility: 'AUTH', authorizedkeysfile: '.ssh/authorized_keys', allowusers: '', allowgroups: '', tcpkeepalive: 'yes', compression: 'yes', banner: 'none',
  permituserenvironment: 'no', permittunnel: 'no', gatewayports: 'no', hostkey: '/etc/ssh/ssh_host_ed25519_key', pubkeyacceptedalgorithms: 'ssh-ed25519', casignaturealgorithms: 'ssh-ed25519', challengeresponseauthentication: 'no', include: '',
};

/** What sshd would do with its files as they are: the first value of a key counts. Throws for a key it does not know. */
export function sshdSettings(machine: Machine, file = '/etc/ssh/sshd_config'): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  readSshd(machine, file, found);
  return new Map([...Object.entries(sshdDefaults), ...found]);
}

function readSshd({ tree }: Machine, file: string, found: Map<string, string>): void {
  const text = tree.text(file);
  for (const [at, raw] of text.split('\n').entries()) {
    const [key = '', ...rest] = raw.trim().split(/[\s=]+/);
    const value = rest.join(' ');
    const name = key.toLowerCase();
    if (name === '' || name.startsWith('#')) continue;
    // What follows holds for some connections only.
    if (name === 'match') return;
    if (sshdDefaults[name] === undefined) throw new ProgramError(`${file}: line ${at + 1}: Bad configuration option: ${key}`, 255);
    if (value === '') throw new ProgramError(`${file}: line ${at + 1}: missing argument.`, 255);
    if (name === 'include') {
      const folder = posix.dirname(value);
      const names = tree.find(folder) === undefined ? [] : tree.names(folder);
      for (const each of names.filter((one) => posix.matchesGlob(one, posix.basename(value)) && !one.startsWith('.'))) readSshd({ tree } as Machine, `${folder}/${each}`, found);
    } else if (!found.has(name)) found.set(name, value);
  }
}

function sshd({ machine, args }: Call): string | undefined {
  const { flags } = parsed(args, { test: { ...flag, short: 't' }, extended: { ...flag, short: 'T' }, file: { ...word, short: 'f' }, connection: { ...word, short: 'C' } });
  const settings = sshdSettings(machine, flags.file);
  if (flags.extended === true) return [...settings].map(([key, value]) => `${key} ${key === 'permitrootlogin' && value === 'prohibit-password' ? 'without-password' : value}\n`).join('');
  if (flags.test !== true) throw new ProgramError('the fake machine knows sshd -t and sshd -T only', 2);
  if (machine.tree.find('/run/sshd') === undefined) throw new ProgramError('Missing privilege separation directory: /run/sshd', 255);
  return undefined;
}

function logrotate({ machine, args, cwd }: Call): undefined {
  const { operands } = parsed(args, { debug: { ...flag, short: 'd' } });
  for (const path of operands) {
    const text = machine.tree.text(posix.resolve(cwd, path));
    if ((text.match(/{/g) ?? []).length !== (text.match(/}/g) ?? []).length) throw new ProgramError(`${path}: unexpected end of file`);
  }
}

function visudo({ machine, args, cwd }: Call): string {
  const { flags, operands } = parsed(args, { check: { ...flag, short: 'c' }, quiet: { ...flag, short: 'q' }, file: { ...word, short: 'f' } });
  const path = flags.file ?? operands[0] ?? '/etc/sudoers';
  for (const line of machine.tree.text(posix.resolve(cwd, path)).split('\n')) {
    if (!/^\s*(#|@include|Defaults|$)/.test(line) && !/^[%+]?[\w.-]+\s+\S+\s*=/.test(line)) throw new ProgramError(`${path}: syntax error: ${line}`);
  }
  return flags.quiet === true ? '' : `${path}: parsed OK\n`;
}

function docker({ args }: Call): Partial<Output> {
  const [verb] = args;
  if (verb === 'ps') return { stdout: '' };
  if (verb === 'info' || verb === 'version') return { stdout: 'null\n' };
  throw new ProgramError(`the fake machine does not know docker ${args.join(' ')}`, 2);
}

/** Programs of services: their checkers and clients. */
export const servicePrograms: readonly Program[] = [
  program('sshd', sshd, { path: '/usr/sbin/sshd', package: 'openssh-server' }),
  program('logrotate', logrotate, { path: '/usr/sbin/logrotate', package: 'logrotate' }),
  program('visudo', visudo, { path: '/usr/sbin/visudo', package: 'sudo' }),
  program('docker', docker, { package: 'docker-cli' }),
  program('kill', () => undefined),
];
