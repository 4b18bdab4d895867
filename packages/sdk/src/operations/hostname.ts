import { Failure, sh } from '../command/index.ts';
import { change, operation, together, type Operation } from '../converge/index.ts';
import { liveHostname } from '../facts/hostname.ts';
import { file } from './file.ts';

/** The host has this name, now and after a boot. */
export function hostname(name: string): Operation {
  if (!/^(?=.{1,64}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(name)) throw new Failure('badConfig', `${name} cannot be the name of a host`);
  const live = operation({
    title: `the kernel's host name is ${name}`,
    look: { now: liveHostname() },
    change: ({ now }) => [
      now !== name &&
        change(sh`hostname ${name}`, { summary: `set the host name to ${name}`, touches: ['hostname'], difference: { kind: 'value', what: 'host name', from: now, to: name } }),
    ],
  });
  return together(`the host name is ${name}`, [file('/etc/hostname', `${name}\n`), live]);
}
