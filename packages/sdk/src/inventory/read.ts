import { readFileSync } from 'node:fs';
import { Failure } from '../command/index.ts';
import { ansibleLabels, importGroups, type NotCarried } from './ansible.ts';
import { readAnsibleIni } from './ansible-ini.ts';
import { isAnsibleYaml, readAnsibleYaml } from './ansible-yaml.ts';
import { decodeLines } from './decode.ts';
import type { Inventory, InventoryOptions } from './host.ts';
import { openSheet } from './hosts-of.ts';
import { Problems } from './problem.ts';
import { parseServersTsv } from './servers-tsv.ts';
import { parseYamlInventory } from './yaml-inventory.ts';
import { yamlTree } from './yaml-tree.ts';

/** The inventory of a file: servers.tsv, our YAML, or an Ansible inventory, told apart by extension and content. Throws InventoryError with every problem. */
export function readInventory(file: string, options: InventoryOptions = {}): Inventory {
  return importInventory(file, options).inventory;
}

/** The inventory of a file and what of it the inventory has no place for (nothing, unless it is Ansible's). Throws InventoryError with every problem. */
export function importInventory(file: string, options: InventoryOptions = {}): { readonly inventory: Inventory; readonly notCarried: readonly NotCarried[] } {
  return parseInventory(contentOf(file), { ...options, file });
}

/** The same of a file's content. */
export function parseInventory(content: Uint8Array | string, options: InventoryOptions & { readonly file: string }): { readonly inventory: Inventory; readonly notCarried: readonly NotCarried[] } {
  const lines = decodeLines(content);
  switch (formatOf(options.file, lines)) {
    case 'tsv':
      return { inventory: parseServersTsv(content, options), notCarried: [] };
    case 'ini': {
      const sheet = openSheet(options.file, ansibleLabels, options);
      return importGroups(sheet, readAnsibleIni(lines, sheet.problems));
    }
    case 'yaml': {
      const text = lines.join('\n');
      const looked = yamlTree(text, new Problems(options.file));
      if (looked === undefined || !isAnsibleYaml(looked)) return { inventory: parseYamlInventory(content, options), notCarried: [] };
      const sheet = openSheet(options.file, ansibleLabels, options);
      const root = yamlTree(text, sheet.problems);
      return importGroups(sheet, readAnsibleYaml(root ?? looked, sheet.problems));
    }
  }
}

/** The format of a file, by its extension, or by its first line that says something. */
function formatOf(file: string, lines: readonly string[]): 'tsv' | 'ini' | 'yaml' {
  const extension = /\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  if (extension === 'tsv') return 'tsv';
  if (['yaml', 'yml', 'json'].includes(extension)) return 'yaml';
  if (['ini', 'cfg'].includes(extension)) return 'ini';
  const first = lines.find((line) => !/^\s*([#;]|$)/.test(line)) ?? '';
  if (/^\s*\[/.test(first)) return 'ini';
  if (/^---|^\s*[\w.-]+:(\s|$)|^\s*\{/.test(first)) return 'yaml';
  return first === '' || first.includes('\t') || /HOSTNAME/i.test(first) ? 'tsv' : 'ini';
}

function contentOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const seen = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'it may not be read' : String(cause);
    throw new Failure('badConfig', `cannot read the inventory ${file}: ${seen}`, { next: "set inventory in the stack to the servers' file", cause });
  }
}
