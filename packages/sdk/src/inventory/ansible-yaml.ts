import { AnsibleGroups, type Variables } from './ansible-groups.ts';
import { expandRange } from './ansible-range.ts';
import type { Problems } from './problem.ts';
import type { Entry, YamlTree } from './yaml-tree.ts';

/** Whether a YAML file is an Ansible inventory: groups at its root, each with hosts, children or vars. */
export function isAnsibleYaml(root: YamlTree): boolean {
  return root.entries.every((entry) => entry.key !== 'hosts') && root.entries.some((entry) => entry.key === 'all' || entry.value.entries.some(({ key }) => ['hosts', 'children', 'vars'].includes(key)));
}

/** Groups, hosts and variables of an Ansible inventory in YAML form; what cannot be read became a problem. */
export function readAnsibleYaml(root: YamlTree, problems: Problems): AnsibleGroups {
  const inventory = new AnsibleGroups();
  for (const entry of root.entries) readGroup(entry, { inventory, problems, above: [] });
  return inventory;
}

function readGroup({ key, at, value }: Entry, about: { inventory: AnsibleGroups; problems: Problems; above: readonly string[] }): void {
  const { inventory, problems, above } = about;
  const group = inventory.group(key, at);
  if (above.includes(key)) return problems.add(at, key, `the group is inside itself (${[...above, key].join(' > ')}): remove it from one of them`);
  for (const part of value.entries) {
    if (part.key === 'hosts') part.value.entries.forEach((host) => readHost(host, { inventory, problems, members: group.hosts }));
    else if (part.key === 'vars') readVariables(part.value, group.vars);
    else if (part.key === 'children') {
      for (const child of part.value.entries) {
        group.children.add(child.key);
        readGroup(child, { inventory, problems, above: [...above, key] });
      }
    } else problems.add(part.at, part.key, `unknown key of group ${key}: a group has hosts, children and vars`);
  }
}

function readHost({ key, at, value }: Entry, about: { inventory: AnsibleGroups; problems: Problems; members: Set<string> }): void {
  const names = expandRange(key);
  if (names === undefined) return about.problems.add(at, key, 'no range that can be read: write one such as db-[01:03] or [a:c]');
  for (const name of names) {
    about.members.add(name);
    readVariables(value, about.inventory.host(name, at).vars);
  }
}

function readVariables(tree: YamlTree, vars: Variables): void {
  for (const { key, value } of tree.entries) vars.set(key, { line: value.at.line, column: value.at.column, value: value.text });
}
