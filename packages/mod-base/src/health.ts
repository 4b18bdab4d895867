import { asFailure, container, diskSpace, fact, localtime, pathState, resources, sh, swapState, sysctlValues, unitState, zoneOf, type Fact, type OpenHost, type Probe, type Scope, type Seen } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';
import { kernelSettings } from './kernel.ts';
import { below, exactly } from './probes.ts';
import { sshOn } from './sshd.ts';
import { effectiveSshd, sshdDeviations } from './sshd-effective.ts';

/** How every host is: one round trip each, nothing changed, never a throw. */
export async function hostsHealth({ cluster, config }: Scope<BaseConfig, string>): Promise<readonly Probe[]> {
  const answers = await Promise.all(cluster.hosts.map((host) => hostHealth(host, config)));
  return answers.flat();
}

async function hostHealth(host: OpenHost, config: BaseConfig): Promise<readonly Probe[]> {
  const answering = (seen: string): Probe => exactly('answers over SSH', { host: host.name, seen, wanted: 'yes', otherwise: 'down' });
  try {
    const seen = await host.read(questions(config));
    return [answering('yes'), ...answers(host.name, { config, seen })];
  } catch (error) {
    return [answering(asFailure(error).message)];
  }
}

const failedUnits: Fact<string> = fact({
  name: 'failed units',
  command: sh`systemctl list-units --state=failed --plain --no-legend --no-pager`,
  parse: ({ stdout }) => stdout.split('\n').map((line) => line.split(' ')[0] ?? '').filter(Boolean).join(', '),
});

const rebootWanted: Fact<boolean> = fact({ name: 'reboot wanted', command: sh`[ -e /run/reboot-required ]`, anyExit: true, parse: ({ code }) => code === 0 });

/** Whether the kernel takes its clock for right; "container" where it is the machine's. */
const clock: Fact<string> = fact({
  name: 'synchronised clock',
  command: sh`if [ -e /run/systemd/container ]; then echo container; else timedatectl show --property=NTPSynchronized --value; fi`,
  anyExit: true,
  parse: ({ stdout }) => stdout.trim() || 'unknown',
});

function services(config: BaseConfig): readonly string[] {
  return ['ssh', 'ufw', 'fail2ban', ...(config.docker.source === 'none' ? [] : ['docker'])];
}

/** A container has its machine's clock and its machine's audit: there these do not run. */
function machineServices(config: BaseConfig): readonly string[] {
  return ['systemd-timesyncd', ...(config.audit ? ['auditd'] : [])];
}

function questions(config: BaseConfig): readonly Fact<unknown>[] {
  const units = [...services(config), ...machineServices(config)].map((name) => unitState(name));
  const kernel = Object.keys({ ...kernelSettings, ...config.sysctl }).map((key) => sysctlValues(key));
  return [...units, ...kernel, container(), clock, failedUnits, rebootWanted, diskSpace('/'), resources(), swapState(), pathState(localtime), effectiveSshd];
}

function answers(host: string, { config, seen }: { config: BaseConfig; seen: Seen }): readonly Probe[] {
  const running = [...services(config), ...(seen(container()) ? [] : machineServices(config))];
  const { memory, memoryAvailable } = seen(resources());
  const disk = seen(diskSpace('/'));
  return [
    ...running.map((name) => exactly(`${name} runs`, { host, seen: seen(unitState(name)).activeState, wanted: 'active', otherwise: 'down' })),
    exactly('no unit failed', { host, seen: seen(failedUnits), wanted: '' }),
    exactly('sshd works as configured', { host, seen: sshdDeviations(seen(effectiveSshd), sshOn(host, config.ssh)).join('; '), wanted: '' }),
    exactly('kernel settings', { host, seen: kernelDeviations(config, seen).join('; '), wanted: '' }),
    exactly('no swap', { host, seen: seen(swapState()).active.join(', '), wanted: '' }),
    exactly('time zone', { host, seen: zoneOf(seen(pathState(localtime))) ?? 'none', wanted: config.timezone }),
    ...(seen(container()) ? [] : [exactly('the clock is synchronised', { host, seen: seen(clock), wanted: 'yes' })]),
    exactly('no reboot is due', { host, seen: seen(rebootWanted) ? 'due' : 'not due', wanted: 'not due' }),
    below('disk used on /', { host, seen: disk === undefined ? 100 : percent(disk.size - disk.available, disk.size), bound: 85, unit: '%' }),
    below('memory used', { host, seen: percent(memory - memoryAvailable, memory), bound: 95, unit: '%' }),
  ];
}

function kernelDeviations(config: BaseConfig, seen: Seen): readonly string[] {
  const spaced = (value: string): string => value.trim().replaceAll(/\s+/g, ' ');
  return Object.entries({ ...kernelSettings, ...config.sysctl }).flatMap(([key, wanted]) =>
    [...seen(sysctlValues(key))].filter(([, value]) => spaced(value) !== spaced(String(wanted))).map(([name, value]) => `${name} is ${value}, wanted ${wanted}`),
  );
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.round((part / whole) * 100);
}
