import { posix } from 'node:path';
import { altered, hasChain, restored, saved } from '../machine/filter.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;
const families = [[4, 'iptables', 'ufw', 'user.rules'], [6, 'ip6tables', 'ufw6', 'user6.rules']] as const;
const directions = ['input', 'forward', 'output'] as const;

const save = (family: 4 | 6) => ({ machine, args }: Call): string => {
  parsed(args, { table: { ...word, short: 't' } });
  return saved(machine, family);
};

const restore = (family: 4 | 6) => ({ machine, args, stdin }: Call): undefined => {
  const { flags } = parsed(args, { noflush: { ...flag, short: 'n' }, test: { ...flag, short: 't' }, wait: { ...word, short: 'w' } });
  restored(machine, Buffer.from(stdin).toString('utf8'), { family, flush: flags.noflush !== true, test: flags.test === true });
};

const iptables = (family: 4 | 6) => ({ machine, args }: Call): string | undefined => {
  const words = args.filter((each, i) => !['-n', '-w', '--wait'].includes(each) && !(args[i - 1] === '-w' && /^\d+$/.test(each)));
  const [verb = '', chain = ''] = words;
  if (verb === '-L') {
    if (chain !== '' && !hasChain(machine, family, chain)) throw new ProgramError('No chain/target/match by that name.');
    return saved(machine, family);
  }
  altered(machine, family, words.join(' '));
  return undefined;
};

/** The frame and the rules of UFW are in the kernel, as its files say. */
export function loadUfw(machine: Machine): void {
  const { tree } = machine;
  const settings = tree.text('/etc/default/ufw');
  for (const [family, , prefix, file] of families) {
    if (family === 6 && !/^IPV6="?yes/m.test(settings)) continue;
    const rules = tree.text(`/etc/ufw/${file}`);
    const policy = (name: string): string => (/ACCEPT/.test(new RegExp(`^DEFAULT_${name}_POLICY=.*`, 'm').exec(settings)?.[0] ?? '') ? 'ACCEPT' : 'DROP');
    const kinds = ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'];
    const chains = [...directions.flatMap((d) => [...kinds, 'user', 'user-logging'].map((kind) => `:${prefix}-${kind}-${d} - [0:0]`)), ...['logging-deny', 'logging-allow', 'user-limit', 'user-limit-accept'].map((name) => `:${prefix}-${name} - [0:0]`)];
    const frame = [
      '*filter',
      ...directions.map((d) => `:${d.toUpperCase()} ${policy(d.toUpperCase())} [0:0]`),
      ...chains,
      ...(hasChain(machine, family, `${prefix}-before-input`) ? [] : directions.flatMap((d) => kinds.map((kind) => `-A ${d.toUpperCase()} -j ${prefix}-${kind}-${d}`))),
      ...directions.flatMap((d) => [`-A ${prefix}-before-${d} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`, `-A ${prefix}-before-${d} -j ${prefix}-user-${d}`]),
    ];
    restored(machine, `${frame.join('\n')}\n${rules}`, { family, flush: false });
  }
}

/** The frame of UFW is no longer in the kernel. */
function unloadUfw(machine: Machine): void {
  for (const [family] of families) restored(machine, saved(machine, family).split('\n').filter((line) => !line.includes('ufw')).map((line) => line.replace(/^(:(?:INPUT|FORWARD|OUTPUT)) DROP/, '$1 ACCEPT')).join('\n'), { family, flush: true });
}

function ufw({ machine, args }: Call): string | Partial<Output> {
  const { flags, operands } = parsed(args, { force: flag });
  const { tree } = machine;
  const settings = tree.text('/etc/ufw/ufw.conf');
  const enabled = /^ENABLED=yes/m.test(settings);
  switch (operands.join(' ')) {
    case 'enable':
      if (flags.force !== true) throw new ProgramError('Aborted');
      tree.write('/etc/ufw/ufw.conf', settings.replace(/^ENABLED=.*/m, 'ENABLED=yes'));
      loadUfw(machine);
      return 'Firewall is active and enabled on system startup\n';
    case 'disable':
      tree.write('/etc/ufw/ufw.conf', settings.replace(/^ENABLED=.*/m, 'ENABLED=no'));
      unloadUfw(machine);
      return 'Firewall stopped and disabled on system startup\n';
    case 'reload':
      if (enabled) loadUfw(machine);
      return enabled ? 'Firewall reloaded\n' : 'Firewall not enabled (skipping reload)\n';
    case 'status':
      return `Status: ${enabled ? 'active' : 'inactive'}\n`;
    default:
      throw new ProgramError(`the fake machine does not know ufw ${operands.join(' ')}`, 2);
  }
}

function ufwInit({ machine, args: [verb] }: Call): undefined {
  if (verb !== 'force-stop') throw new ProgramError(`the fake machine does not know ufw-init ${verb ?? ''}`, 2);
  unloadUfw(machine);
}

/** Tables of the kernel, and UFW. */
export const firewallPrograms: readonly Program[] = [
  ...families.flatMap(([family, name]) => [
    program(`${name}-save`, save(family), { path: `/usr/sbin/${name}-save`, package: 'iptables' }),
    program(`${name}-restore`, restore(family), { path: `/usr/sbin/${name}-restore`, package: 'iptables' }),
    program(name, iptables(family), { path: `/usr/sbin/${name}`, package: 'iptables' }),
  ]),
  program('ufw', ufw, { path: '/usr/sbin/ufw', package: 'ufw' }),
  program('ufw-init', ufwInit, { path: posix.normalize('/usr/lib/ufw/ufw-init'), package: 'ufw' }),
];
