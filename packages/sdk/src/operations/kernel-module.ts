import { Failure, sh } from '../command/index.ts';
import { change, operation, together, type Operation } from '../converge/index.ts';
import { container } from '../facts/container.ts';
import { kernelModuleState } from '../facts/kernel-module.ts';
import { file } from './file.ts';

/** How a kernel module is loaded. */
export interface KernelModuleOptions {
  /** Its parameters, taken when it is loaded: they change at the next boot for a module that is loaded already. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** A path that only exists when the kernel has it (`/proc/sys/net/bridge` for br_netfilter): a container has no other proof of what is built in. */
  readonly evidence?: string;
}

/** The kernel has the module, now and after a boot. A container can only have what its machine has loaded. */
export function kernelModule(name: string, options: KernelModuleOptions = {}): Operation {
  if (!/^[\w-]+$/.test(name)) throw new Failure('badConfig', `${name} is not the name of a kernel module`);
  const { parameters = {}, evidence } = options;
  const said = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  const loaded = operation({
    title: `${name} is loaded`,
    look: { now: kernelModuleState(name, evidence), inside: container() },
    change: ({ now, inside }) => {
      if (now !== 'absent') return [];
      const why = inside
        ? `this host is a container, and a container cannot load ${name}: run "modprobe ${name}" on the machine that carries it`
        : `the kernel did not take ${name}: is the package linux-modules-extra of the running kernel missing, or a newer kernel waiting for a reboot?`;
      return [
        change(sh`modprobe ${name} || { echo ${why} >&2; exit 1; }`, {
          summary: `load the kernel module ${name}`,
          touches: [`module:${name}`],
          difference: { kind: 'value', what: `kernel module ${name}`, from: 'absent', to: 'loaded' },
        }),
      ];
    },
  });
  return together(`the kernel module ${name} is loaded`, [
    file(`/etc/modules-load.d/keybuzz-${name}.conf`, `${name}\n`),
    ...(said.length === 0 ? [] : [file(`/etc/modprobe.d/keybuzz-${name}.conf`, `options ${name} ${said.join(' ')}\n`)]),
    loaded,
  ]);
}
