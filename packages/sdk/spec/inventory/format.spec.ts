import { describe, expect, it } from 'vitest';
import { formatTsv, formatYaml, parseInventory, type Inventory } from '../../src/inventory/index.ts';
import { readFileSync } from 'node:fs';
import { production, productionFile } from './rows.ts';

const again = (text: string, file: string): Inventory => parseInventory(text, { file }).inventory;
const withoutSource = (inventory: Inventory): readonly object[] => inventory.hosts.map((host) => ({ ...host, source: undefined }));

const odd: Inventory = {
  ...production,
  hosts: [
    { ...production.hosts[0]!, name: 'a', publicAddress: undefined, fqdn: undefined, pool: undefined, dockerStack: undefined, notes: '# "quoted": {yes}', user: 'deploy', core: false },
    { ...production.hosts[1]!, name: 'on', port: 2222, notes: '"all of it"' },
    { ...production.hosts[2]!, name: '7', notes: '' },
  ],
};

describe('an inventory written down', () => {
  it('as TSV reads back the same', () => {
    expect(withoutSource(again(formatTsv(production), 'x.tsv'))).toEqual(withoutSource(production));
    expect(withoutSource(again(formatTsv(odd), 'x.tsv'))).toEqual(withoutSource(odd));
  });

  it('as YAML reads back the same', () => {
    expect(withoutSource(again(formatYaml(production), 'x.yaml'))).toEqual(withoutSource(production));
    expect(withoutSource(again(formatYaml(odd), 'x.yaml'))).toEqual(withoutSource(odd));
  });

  it('as TSV is the production file itself, byte for byte', () => {
    expect(formatTsv(production)).toBe(readFileSync(productionFile, 'utf8').trimEnd().concat('\n'));
  });

  it('as TSV has a column for ports only when one is not 22', () => {
    expect(formatTsv(production).split('\n')[0]).toMatch(/\tNOTES$/);
    expect(formatTsv(odd).split('\n')[0]).toMatch(/\tNOTES\tPORT_SSH$/);
  });

  it('as YAML says no default', () => {
    expect(formatYaml({ ...odd, hosts: odd.hosts.slice(0, 1), privateNetwork: '10.0.0.0/8' })).toBe(
      "env: prod\nprivateNetwork: 10.0.0.0/8\nhosts:\n  a:\n    address: 10.0.0.100\n    user: deploy\n    role: k3s\n    subrole: master\n    core: false\n    notes: '# \"quoted\": {yes}'\n",
    );
  });

  it('as TSV and then as YAML keeps an imported Ansible inventory', () => {
    const imported = again('[queue]\nqueue-[1:2].keybuzz.io\n[queue:vars]\nansible_port=2200\n'.replace('queue-[1:2].keybuzz.io', 'q1.keybuzz.io ansible_host=10.0.0.1\nq2 ansible_host=10.0.0.2'), 'hosts.ini');
    expect(withoutSource(again(formatYaml(again(formatTsv(imported), 'x.tsv')), 'x.yaml'))).toEqual(withoutSource(imported));
  });
});
