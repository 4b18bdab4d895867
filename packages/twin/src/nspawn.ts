import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { hierarchies, isFrozen, killTree, membership, memoryOf, processesOf, removeTree, setFrozen } from './cgroups.ts';
import { ensureHostFolder } from './host-folder.ts';
import { hostCgroup, hostFolder } from './host-paths.ts';
import { ensureCgroups, keeperPids, keeperRuns, startKeeper } from './keepers.ts';
import { ensureNetwork, removeNetwork } from './network.ts';
import type { Provider } from './provider.ts';
import { run } from './run.ts';
import { twinFolder } from './state.ts';
import { until } from './until.ts';
import { TwinError } from './twin-error.ts';

/** Hosts as systemd-nspawn machines on this kernel. */
export const nspawn: Provider = {
  ensureNetwork: async (name, controller) => {
    ensureCgroups(name);
    return ensureNetwork(name, controller);
  },

  create: ensureHostFolder,

  powerOn: (name, host) => {
    const folder = hostFolder(name, host);
    if (!keeperRuns(name, `${folder}/power`)) startKeeper(name, ['sh', `${folder}/power`], `${folder}/power.log`);
  },

  powerOff: async (name, host) => {
    // The script first: it would take the death for a shutdown and end, but not before a quick power-on looked for it.
    for (const pid of keeperPids(name, `${hostFolder(name, host)}/power`)) process.kill(pid, 'SIGKILL');
    for (const pid of keeperPids(name, `${hostFolder(name, host)}/boot`)) process.kill(pid, 'SIGKILL');
    await killTree(membership(), hostCgroup(name, host));
    const off = await until({ within: 10_000, every: 20 }, () => loopDevices(hostFolder(name, host)).length === 0);
    if (!off) throw new TwinError({ wanted: 'the disk released after power-off', seen: 'still mounted', host, next: 'losetup --list' });
  },

  setFrozen: async (name, host, frozen) => {
    const cgroup = hostCgroup(name, host);
    setFrozen(membership(), cgroup, frozen);
    const done = await until({ within: 10_000, every: 10 }, () => isFrozen(membership(), cgroup) === frozen);
    if (!done) throw new TwinError({ wanted: frozen ? 'the host frozen' : 'the host thawed', seen: 'it is not, after 10 s', host, next: 'keybuzz twin status' });
  },

  power: (name, host) => {
    const cgroup = hostCgroup(name, host);
    if (processesOf(`${membership().path}/${cgroup}`).length === 0) return 'off';
    return isFrozen(membership(), cgroup) ? 'frozen' : 'running';
  },

  memory: (name, host) => memoryOf(hostCgroup(name, host)),

  processes: (name, host) => processesOf(`${membership().path}/${hostCgroup(name, host)}`),

  remove: async (name) => {
    for (const hierarchy of hierarchies()) await killTree(hierarchy, name);
    await removeTree(name);
    await removeNetwork(name);
    const folder = twinFolder(name);
    for (const at of mountsUnder(folder)) await run(['umount', '--lazy', at]);
    // A host's mounts go with its last process; its loop device follows by itself, or is told to.
    await until({ within: 5000, every: 20 }, () => loopDevices(folder).length === 0);
    for (const device of loopDevices(folder)) await run(['losetup', '--detach', device], { okay: 'any' });
    rmSync(folder, { recursive: true, force: true });
  },
};

function mountsUnder(folder: string): string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${folder}/`)).toReversed();
}

/** The loop devices whose file lies in the folder. */
function loopDevices(folder: string): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .filter((name) => {
      const file = `/sys/block/${name}/loop/backing_file`;
      return existsSync(file) && readFileSync(file, 'utf8').startsWith(`${folder}/`);
    })
    .map((name) => `/dev/${name}`);
}
