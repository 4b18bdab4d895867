import { configTable, type ResolvedPort, type ResolvedUse, storeName } from '@keybuzz/sdk';

/** What there is to know of a module as this stack uses it, in Markdown. */
export function modulePage({ module, hosts, ports, networks }: ResolvedUse): string {
  const { definition } = module;
  const credentials = Object.keys(definition.credentials).map((key) => `- \`${storeName(module.name, key)}\``);
  return [
    `# ${module.name}`,
    '',
    definition.summary,
    '',
    `After: ${definition.requires.length === 0 ? 'nothing' : definition.requires.map((r) => r.name).join(', ')}. Hosts in this stack: ${hosts.length}.`,
    '',
    '## Ports',
    '',
    ...(ports.length === 0 ? ['None.'] : ['| Port | Who may reach it | Purpose |', '|---|---|---|', ...ports.map(portRow)]),
    ...(networks.length === 0 ? [] : ['', `Networks let in on every host: ${networks.join(', ')}.`]),
    '',
    '## Configuration',
    '',
    configTable(definition.config).trimEnd(),
    '',
    '## Credentials',
    '',
    ...(credentials.length === 0 ? ['None.'] : credentials),
    '',
  ].join('\n');
}

function portRow({ port, protocol, from, purpose, at, balanced }: ResolvedPort): string {
  return `| ${typeof port === 'number' ? port : port.join('–')}/${protocol} | ${typeof from === 'string' ? from : from.join(', ')} | ${purpose}${at === undefined ? '' : ` (on the hosts of ${at.name})`}${balanced === true ? ', balanced' : ''} |`;
}
