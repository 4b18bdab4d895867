import { Command, quote } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** Where a kernel module is: loaded, part of the kernel itself, or neither. */
export type ModuleState = 'loaded' | 'built in' | 'absent';

const byModule = reader<ModuleState>({
  name: 'kernel modules',
  // No fork for a module that is loaded. A container may have no /sys/module, but it has /proc/modules.
  command: (keys) =>
    new Command(
      [
        'read -r kernel </proc/sys/kernel/osrelease; loaded=" "',
        '[ -r /proc/modules ] && while read -r name rest; do loaded="$loaded$name "; done </proc/modules',
        'tell() {',
        'if [ -d "/sys/module/$1" ]; then echo loaded; return; fi',
        'case $loaded in *" $1 "*) echo loaded; return ;; esac',
        'if [ -n "$3" ] && [ -e "$3" ] || grep -qs "/$2[.]ko" "/lib/modules/$kernel/modules.builtin"; then echo "built in"; else echo absent; fi',
        '}',
        ...keys.map(asked),
      ].join('\n'),
    ),
  parse: ({ stdout }, keys) => {
    const states = stdout.split('\n');
    return new Map(keys.map((key, i) => [key, states[i] as ModuleState]));
  },
});

function asked(key: string): string {
  const [name = '', evidence = ''] = key.split(' ');
  return `tell ${moduleId(name)} ${quote(moduleId(name).replaceAll('_', '[-_]'))} ${quote(evidence)}`;
}

/**
 * Whether the running kernel has a module. `evidence` is a path that only exists with it, such as /proc/sys/net/bridge
 * for br_netfilter: in a container nothing else tells that it is part of the kernel.
 */
export function kernelModuleState(name: string, evidence?: string): Fact<ModuleState> {
  return byModule(evidence === undefined ? name : `${name} ${evidence}`);
}

/** The kernel's own spelling: dashes are underscores. */
export const moduleId = (name: string): string => name.replaceAll('-', '_');
