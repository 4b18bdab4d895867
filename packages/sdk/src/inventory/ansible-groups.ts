import type { Cell } from './draft.ts';
import type { Place } from './problem.ts';

/** Variables by name, each with the place it is written at. */
export type Variables = Map<string, Cell>;

/** A group of an Ansible inventory: its own members, groups inside it, variables for all of them. */
export interface AnsibleGroup extends Place {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly vars: Variables;
}

/** A host as an Ansible inventory names it, with its own variables. */
export interface AnsibleHost extends Place {
  readonly name: string;
  readonly vars: Variables;
}

/** What an Ansible inventory says, whichever way it is written. */
export class AnsibleGroups {
  readonly hosts: Map<string, AnsibleHost> = new Map();
  readonly groups: Map<string, AnsibleGroup> = new Map();

  /** The host of that name, made when it is new; the place is where it came first. */
  host(name: string, { line, column }: Place): AnsibleHost {
    return getOr(this.hosts, name, () => ({ name, line, column, vars: new Map() }));
  }

  /** The group of that name, made when it is new. */
  group(name: string, { line, column }: Place): AnsibleGroup {
    return getOr(this.groups, name, () => ({ name, line, column, hosts: new Set(), children: new Set(), vars: new Map() }));
  }

  /** The groups a host is in, nearest first: those that list it, then those these are children of; `all` last. */
  groupsOf(host: string): readonly AnsibleGroup[] {
    const found = new Set([...this.groups.values()].filter((group) => group.hosts.has(host)));
    // A set yields what is added while it is walked, so parents come after their children.
    for (const child of found) {
      for (const group of this.groups.values()) if (group.children.has(child.name)) found.add(group);
    }
    const all = this.groups.get('all');
    return [...found].filter((group) => group !== all).concat(all ?? []);
  }
}

function getOr<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
