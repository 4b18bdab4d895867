import { firewall, hostname, hostsFile, limits, passwordHash, perHost, serviceRunning, swapOff, sysctl, type HostAct } from '@keybuzz/sdk';
import { audited } from './audit.ts';
import { guessersBanned } from './bans.ts';
import type { BaseConfig } from './config.ts';
import { dockerRunning } from './docker.ts';
import { boundedJournal } from './journal.ts';
import { kernelSettings } from './kernel.ts';
import { resolver } from './resolver.ts';
import { insideOf, rulesFor } from './rules.ts';
import { hardenedSsh, sshOn } from './sshd.ts';
import { rightTime } from './time.ts';
import { securityUpdates } from './updates.ts';

/** The host is as every host of the stack is; what could lock us out comes last, under a guard. */
export const configureHosts: HostAct<BaseConfig, 'consoleHash'> = perHost(async (host, scope) => {
  const { config, credentials, inventory, controller } = scope;
  await host.ensure(
    hostname(host.name),
    hostsFile(inventory.hosts.map((h) => ({ address: h.address, names: [h.name, ...(h.fqdn === undefined ? [] : [h.fqdn])] }))),
    ...rightTime(config),
    swapOff(),
    sysctl({ ...kernelSettings, ...config.sysctl }),
    limits([{ domain: '*', item: 'nofile', value: config.openFiles }, { domain: 'root', item: 'nofile', value: config.openFiles }]),
    ...boundedJournal(config.journal),
    ...resolver(config.dns),
    ...securityUpdates(config.securityUpdates),
    ...audited(config.audit),
    ...guessersBanned(config, inventory.privateNetwork),
    ...dockerRunning(config.docker),
    passwordHash('root', credentials.consoleHash),
    ...hardenedSsh(sshOn(host.name, config.ssh)),
    serviceRunning('ufw'),
    firewall({ rules: rulesFor(host, scope), inside: insideOf(scope), foreign: config.firewall.foreign, controller: controller.address, sshPort: config.ssh.port }),
  );
});
