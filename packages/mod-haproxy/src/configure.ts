import { directory, file, fresh, perHost, serviceRunning, type HostAct } from '@keybuzz/sdk';
import { validAsMain } from './check.ts';
import type { HaproxyConfig } from './config.ts';
import { haproxyConf, unitOptions } from './haproxy-conf.ts';
import { inForce } from './in-force.ts';
import { mainVariable, marked } from './mark.ts';
import { fragments, mainFile, unitDefaults } from './places.ts';
import { refuseClashes } from './port-clash.ts';
import { statesKept } from './server-states.ts';

/** The proxy of every host runs with its main file and with whatever fragments are there. */
export const configureHosts: HostAct<HaproxyConfig, 'statsHash'> = perHost(async (host, { config, credentials, uses }) => {
  refuseClashes(host, uses);
  const text = haproxyConf(config, { address: host.address, passwordHash: credentials.statsHash.reveal() });
  const main = marked(mainFile, { variable: mainVariable, text });
  await host.ensure(
    directory(fragments, { group: 'haproxy', mode: 0o750 }),
    file(mainFile, main.content, { group: 'haproxy', mode: 0o640, validate: validAsMain }),
    ...statesKept(),
    file(unitDefaults, unitOptions()),
    serviceRunning('haproxy'),
    // Command lines change at a restart only.
    fresh('haproxy', { files: [unitDefaults] }),
    inForce(main),
  );
});
