import { AnsibleGroups, type AnsibleGroup, type Variables } from './ansible-groups.ts';
import { expandRange } from './ansible-range.ts';
import type { Place, Problems } from './problem.ts';

interface Section {
  readonly group: AnsibleGroup;
  readonly kind: 'hosts' | 'vars' | 'children';
}

interface Token extends Place {
  readonly text: string;
}

/** Groups, hosts and variables of an Ansible inventory in INI form; what cannot be read became a problem. */
export function readAnsibleIni(lines: readonly string[], problems: Problems): AnsibleGroups {
  const inventory = new AnsibleGroups();
  let section: Section = { group: inventory.group('ungrouped', { line: 1, column: 1 }), kind: 'hosts' };
  for (const [i, text] of lines.entries()) {
    if (/^\s*([#;]|$)/.test(text)) continue;
    const at = { line: i + 1, column: text.length - text.trimStart().length + 1 };
    const [, name, suffix = 'hosts'] = /^\s*\[([^\]:\s]+)(?::([^\]]*))?\]\s*(?:[#;].*)?$/.exec(text) ?? [];
    if (name !== undefined && isKind(suffix)) section = { group: inventory.group(name, at), kind: suffix };
    else if (/^\s*\[[^\]]*\]\s*$/.test(text)) problems.add(at, undefined, `unknown section ${text.trim()}: write [group], [group:vars] or [group:children]`);
    else if (section.kind === 'vars') readVariable(text, { at, vars: section.group.vars, problems });
    else if (section.kind === 'children') section.group.children.add(inventory.group(text.trim().split(/\s/)[0] ?? '', at).name);
    else readHosts(tokens(text, i + 1), { inventory, group: section.group, problems });
  }
  return inventory;
}

function isKind(suffix: string): suffix is Section['kind'] {
  return suffix === 'hosts' || suffix === 'vars' || suffix === 'children';
}

function readVariable(text: string, { at, vars, problems }: { at: Place; vars: Variables; problems: Problems }): void {
  const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) problems.add(at, undefined, `no variable: write name=value`);
  else vars.set(name, { ...at, value: /^(["'])(.*)\1$/.exec(value.trim())?.[2] ?? value.replace(/\s+#.*$/, '').trim() });
}

function readHosts([pattern, ...rest]: readonly Token[], { inventory, group, problems }: { inventory: AnsibleGroups; group: AnsibleGroup; problems: Problems }): void {
  if (pattern === undefined) return;
  const [, body = '', port] = /^(.*?)(?::(\d+))?$/.exec(pattern.text) ?? [];
  const names = expandRange(body);
  if (names === undefined) return problems.add(pattern, undefined, `${JSON.stringify(body)} has no range that can be read: write one such as db-[01:03] or [a:c]`);
  for (const name of names) {
    const host = inventory.host(name, pattern);
    group.hosts.add(name);
    if (port !== undefined) host.vars.set('ansible_port', { line: pattern.line, column: pattern.column, value: port });
    for (const { text, line, column } of rest) {
      const equals = text.indexOf('=');
      if (equals > 0) host.vars.set(text.slice(0, equals), { line, column, value: text.slice(equals + 1) });
    }
  }
  for (const token of rest) if (!/^[^=]+=/.test(token.text)) problems.add(token, undefined, `${JSON.stringify(token.text)} is no variable: write name=value, in quotation marks when it has blanks`);
}

/** The words of a line as a shell would cut them; a word that starts with # ends it. */
function tokens(text: string, line: number): readonly Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(/(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*')+|["']/g)) {
    if (match[0].startsWith('#')) break;
    found.push({ line, column: match.index + 1, text: match[0].replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, (_, double?: string, single?: string) => double?.replaceAll(/\\(["\\])/g, '$1') ?? single ?? '') });
  }
  return found;
}
