import { Failure, sh } from '../command/index.ts';
import { change, operation, together, type Operation } from '../converge/index.ts';
import { pathState } from '../facts/files.ts';
import { localtime, zoneOf } from '../facts/timezone.ts';
import { file } from './file.ts';

/** The host shows local time of the zone (`Europe/Paris`): the link /etc/localtime and the file /etc/timezone say it. */
export function timezone(zone: string): Operation {
  if (!/^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/.test(zone)) throw new Failure('badConfig', `${zone} is not the name of a time zone such as Europe/Paris`);
  const target = `/usr/share/zoneinfo/${zone}`;
  const link = operation({
    title: `${localtime} leads to ${zone}`,
    look: { now: pathState(localtime) },
    change: ({ now }) => {
      const seen = zoneOf(now);
      if (seen === zone) return [];
      const unknown = `no time zone ${zone} on this host: ${target} is missing (package tzdata, and tzdata-legacy for old names)`;
      return [
        change(sh`{ [ -f ${target} ] || { echo ${unknown} >&2; exit 1; }; } && ln -sfn ${target} ${`${localtime}.keybuzz`} && mv -fT ${`${localtime}.keybuzz`} ${localtime}`, {
          summary: `set the time zone to ${zone}`,
          touches: [`file:${localtime}`, 'timezone'],
          difference: { kind: 'value', what: 'time zone', from: seen ?? 'none', to: zone },
        }),
      ];
    },
  });
  return together(`the time zone is ${zone}`, [link, file('/etc/timezone', `${zone}\n`)]);
}
