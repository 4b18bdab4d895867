import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { base } from '@keybuzz/mod-base';
import { defineStack, readStack, use } from '@keybuzz/sdk';
import { cliPage } from '../src/docs/cli-page.ts';
import { topologySvg } from '../src/docs/topology-svg.ts';
import { tiersOf } from '../src/docs/topology-tiers.ts';
import { commandLine } from '../src/main.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'stacks');
const stack = readStack(defineStack({ name: 'a & b', inventory: '../inventory/servers.tsv', controller: 'install-01', modules: [use(base)] }), folder);

describe('the picture of the topology', () => {
  const svg = topologySvg(stack);

  it('has every server once, with its private address', () => {
    for (const { name, address } of stack.inventory.hosts) {
      expect(svg.split(`>${name}<`)).toHaveLength(2);
      expect(svg.split(`>${address}<`)).toHaveLength(2);
    }
  });

  it('closes every element, and escapes what a stack may be called', () => {
    const opened = [...svg.matchAll(/<([a-z]+)[^>]*?(\/?)>/g)].filter(([, , closed]) => closed === '').map(([, name = '']) => name);
    const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map(([, name = '']) => name);
    expect(opened.toSorted()).toEqual(closed.toSorted());
    expect(svg).toContain('a &amp; b: 48 servers');
    expect(svg).not.toContain('a & b');
  });

  it('keeps the main PostgreSQL apart from those of single applications', () => {
    const data = tiersOf(stack).find(({ title }) => title === 'Data');
    expect(data?.groups.filter(({ title }) => title === 'db / postgres').map(({ hosts }) => hosts.map(({ name }) => name))).toEqual([['db-master-01', 'db-slave-01', 'db-slave-02'], ['temporal-db-01'], ['analytics-db-01']]);
  });

  it('draws inside of its frame', () => {
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
    const bottoms = [...svg.matchAll(/<rect class="(?:tier|group)"[^>]* y="(\d+)"[^>]* height="(\d+)"/g)].map(([, y, h]) => Number(y) + Number(h));
    expect(Math.max(...bottoms)).toBeLessThan(height);
  });
});

describe('the page of the command line', () => {
  it('has a section for every command', () => {
    const page = cliPage(commandLine(() => Promise.resolve()));
    for (const command of ['plan', 'rollout', 'health', 'test', 'drill <module>', 'explain <host>', 'graph', 'docs', 'hosts trust <pattern>', 'inventory check [file]', 'inventory import <file>', 'secrets get <name>', 'twin up', 'twin fault <hosts> <kind>', 'twin heal [hosts]']) expect(page).toContain(`## \`keybuzz ${command}\``);
  });
});
