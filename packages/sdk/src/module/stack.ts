import type { InferInput } from 'valibot';
import type { HostQuery } from '../inventory/index.ts';
import { checkUse } from './check-definition.ts';
import type { ConfigSchema, Module } from './definition.ts';

/** A module in a stack, with its configuration and, where the default does not fit, its hosts. */
export interface Use {
  // oxlint-disable-next-line no-explicit-any
  readonly module: Module<any, any>;
  readonly config: unknown;
  readonly hosts: HostQuery | 'all' | undefined;
}

/** The module as this stack wants it. Throws Failure `badConfig` on an option it does not have. */
export function use<S extends ConfigSchema, P>(module: Module<S, P>, options: { config?: InferInput<S>; hosts?: HostQuery | 'all' } = {}): Use {
  checkUse(module.name, options);
  return { module, config: options.config ?? {}, hosts: options.hosts };
}

/** Modules, the inventory they run on, and the options of the whole. Paths are relative to the stack's file. */
export interface StackDefinition {
  readonly name: string;
  /** servers.tsv, a YAML inventory, or an Ansible inventory. */
  readonly inventory: string;
  /** Rows of the inventory that count; `prod` by default. */
  readonly env?: string;
  /** CIDR; 10.0.0.0/16 by default. */
  readonly privateNetwork?: string;
  /** Name of the host that rollouts are run from; its address may reach every host's SSH. */
  readonly controller: string;
  /** The encrypted secret store; `../secrets/<name>.age` by default. */
  readonly secrets?: string;
  /** How the CLI reaches the servers, besides what the operator's own SSH configuration says. */
  readonly ssh?: {
    /** The host through which the others are reached: one of the inventory, at its public address, or a place such as `admin@bastion.example.com:2222`. */
    readonly jump?: string;
    /** The private key to log in with, and no other; `~/` is the operator's home. */
    readonly identityFile?: string;
  };
  readonly modules: readonly Use[];
}

/** A stack, as written by its owner; checked when it is opened. */
export function defineStack(definition: StackDefinition): StackDefinition {
  return definition;
}
