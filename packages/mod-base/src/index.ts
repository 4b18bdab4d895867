import { defineModule, derived, generated, sha512Crypt } from '@keybuzz/sdk';
import { config } from './config.ts';
import { configureHosts } from './configure.ts';
import { hostsHealth } from './health.ts';
import { installHosts } from './install.ts';
import { ports } from './ports.ts';
import { ruleText, rulesFor } from './rules.ts';
import { proofs } from './test.ts';

/** The base operating system of every host: packages, time, kernel settings, SSH, firewall, updates, Docker. */
export const base = defineModule({
  name: 'base',
  summary: 'The base operating system of every host: packages, time, kernel settings, SSH, firewall, updates, Docker.',
  requires: [],
  hosts: { query: 'all' },
  config,
  // Root can log in with a password on the provider's console only; SSH refuses passwords. The break-glass when SSH is broken.
  credentials: {
    consolePassword: generated({ length: 24 }),
    consoleHash: derived({ from: 'consolePassword', by: sha512Crypt }),
  },
  ports,
  install: installHosts,
  configure: configureHosts,
  test: proofs,
  health: hostsHealth,
  explain: (host, stack) => rulesFor(host, stack).map((rule) => ['lets in', ruleText(rule)] as const),
});

export const { install, configure, test, health } = base;
