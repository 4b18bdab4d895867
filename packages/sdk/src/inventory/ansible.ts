import { isIPv4 } from 'node:net';
import { networkContains } from './address.ts';
import type { AnsibleGroup, AnsibleGroups, AnsibleHost } from './ansible-groups.ts';
import { roleOfGroups } from './ansible-roles.ts';
import { fields, type Cell, type Draft, type Field, type Sheet } from './draft.ts';
import type { Inventory } from './host.ts';
import { inventoryOf } from './hosts-of.ts';
import type { Place } from './problem.ts';

/** Something of an imported file that the inventory has no place for. Never holds a value: it may be a password. */
export interface NotCarried extends Place {
  readonly what: string;
  /** What becomes of it, or what to do instead. */
  readonly why: string;
}

/** What messages call the fields of an Ansible inventory: the variable to write. */
export const ansibleLabels: Readonly<Record<Field, string>> = {
  env: 'env', name: 'host', address: 'private_address', publicAddress: 'public_address', fqdn: 'fqdn', user: 'ansible_user', port: 'ansible_port',
  pool: 'pool', role: 'role', subrole: 'subrole', dockerStack: 'docker_stack', core: 'core', notes: 'notes',
};

/** Variables with a meaning here, without the optional `keybuzz_` before them. */
const variables: Readonly<Record<string, Field>> = {
  ...Object.fromEntries(fields.map((field) => [ansibleLabels[field], field])),
  ansible_ssh_user: 'user', user_ssh: 'user', ansible_ssh_port: 'port', hostname: 'name',
  private_ip: 'address', ip_private: 'address', ip_privee: 'address', internal_ip: 'address', address: 'address',
  public_ip: 'publicAddress', ip_public: 'publicAddress', ip_publique: 'publicAddress',
};

const reachedBy = new Set(['ansible_host', 'ansible_ssh_host']);

/**
 * The hosts of an Ansible inventory: `ansible_host` is the private address when it is inside the private network, else the public one
 * (then `private_address` must be a variable too); role, subrole and pool are variables or follow from group names.
 * Throws InventoryError with every problem.
 */
export function importGroups(sheet: Sheet, ansible: AnsibleGroups): { readonly inventory: Inventory; readonly notCarried: readonly NotCarried[] } {
  const used = new Set<string>(['all', 'ungrouped']);
  const drafts = [...ansible.hosts.values()].map((host) => draftOf(sheet, host, { groups: ansible.groupsOf(host.name), used }));
  if (drafts.length === 0 && sheet.problems.none) sheet.problems.add({ line: 1, column: 1 }, undefined, 'the file names no host: write one below a [group]');
  const inventory = inventoryOf(sheet, drafts);
  return { inventory, notCarried: [...groupsLeft(ansible, used), ...variablesLeft(ansible)] };
}

function draftOf(sheet: Sheet, host: AnsibleHost, about: { groups: readonly AnsibleGroup[]; used: Set<string> }): Draft {
  const { groups, used } = about;
  const at = { line: host.line, column: host.column };
  const cells: Partial<Record<Field, Cell>> = {};
  const spoiled = new Set<Field>();
  const [label = '', ...domain] = host.name.split('.');
  cells.name = { ...at, value: isIPv4(host.name) ? host.name : label };
  if (domain.length > 0 && !isIPv4(host.name)) cells.fqdn = { ...at, value: host.name };
  cells.core = { ...at, value: 'yes' };
  // Farthest first: what is nearer to the host wins.
  for (const vars of [...groups.map((group) => group.vars).reverse(), host.vars]) {
    for (const [name, cell] of vars) {
      const field = fieldOf(name) ?? (reachedBy.has(name) ? reachField(sheet, cell) : undefined);
      if (field === undefined) continue;
      if (cell.value.includes('{{')) {
        sheet.problems.add(cell, name, 'an expression of Ansible: write the value itself');
        spoiled.add(reachedBy.has(name) ? 'address' : field);
      } else if (!reachedBy.has(name) || field !== 'fqdn') cells[field] = cell;
      else cells.fqdn ??= cell;
    }
  }
  const named = roleOfGroups(groups);
  if (named !== undefined && cells.role === undefined) {
    cells.role = { ...at, value: named.role };
    if (named.subrole !== undefined) cells.subrole ??= { ...at, value: named.subrole };
    named.groups.forEach((name) => used.add(name));
  }
  const [pool, second] = groups.filter((group) => group.hosts.has(host.name) && group.name !== 'ungrouped' && group.name !== 'all');
  if (pool !== undefined && second === undefined && cells.pool === undefined) {
    cells.pool = { ...at, value: pool.name };
    used.add(pool.name);
  }
  return { ...at, cells, spoiled };
}

/** What `ansible_host` is for us: an address of either network, or a name. */
function reachField(sheet: Sheet, { value }: Cell): Field {
  if (!isIPv4(value)) return 'fqdn';
  return networkContains(sheet.privateNetwork, value) ? 'address' : 'publicAddress';
}

function fieldOf(name: string): Field | undefined {
  const plain = name.replace(/^keybuzz_/, '');
  return Object.hasOwn(variables, plain) ? variables[plain] : undefined;
}

function groupsLeft({ groups }: AnsibleGroups, used: ReadonlySet<string>): readonly NotCarried[] {
  return [...groups.values()].flatMap(({ name, line, column }) => (used.has(name) ? [] : [{ line, column, what: `group ${name}`, why: 'hosts are found by role, subrole and pool' }]));
}

function variablesLeft({ groups, hosts }: AnsibleGroups): readonly NotCarried[] {
  const owners = [...[...groups.values()].map((group) => ({ owner: `group ${group.name}`, vars: group.vars })), ...[...hosts.values()].map((host) => ({ owner: `host ${host.name}`, vars: host.vars }))];
  return owners.flatMap(({ owner, vars }) =>
    [...vars].flatMap(([name, { line, column }]) => (fieldOf(name) !== undefined || reachedBy.has(name) ? [] : [{ line, column, what: `${name} of ${owner}`, why: whyLeft(name) }])),
  );
}

function whyLeft(name: string): string {
  if (name.endsWith('private_key_file')) return 'keys stay out of the inventory: use ssh-agent, or IdentityFile in ~/.ssh/config';
  if (/pass(word)?$|secret|token/.test(name)) return 'secrets stay out of the inventory: keybuzz secrets set';
  if (/^ansible_(ssh_)?(common|extra)_args$|proxy/.test(name)) return 'write it in ~/.ssh/config, such as ProxyJump';
  if (name.startsWith('ansible_')) return 'a setting of Ansible itself';
  return "options of a module belong in the stack's use(…)";
}
