import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { base } from '@keybuzz/mod-base';
import { defineStack, readStack, use } from '@keybuzz/sdk';
import { cliPage } from '../src/docs/cli-page.ts';
import { topologySvg } from '../src/docs/topology-svg.ts';
import { tiersOf } from '../src/docs/topology-tiers.ts';
import { commandLine } from '../src/main.ts';
import { each } from './fake-modules.ts';

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
    expect(data?.groups.filter(({ title }) => title === 'db / postgres').map(({ rows }) => rows.map(({ name }) => name))).toEqual([['db-master-01', 'db-slave-01', 'db-slave-02'], ['temporal-db-01'], ['analytics-db-01']]);
  });

  it('draws inside of its frame', () => {
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
    const bottoms = [...svg.matchAll(/<rect class="(?:tier|group)"[^>]* y="(\d+)"[^>]* height="(\d+)"/g)].map(([, y, h]) => Number(y) + Number(h));
    expect(Math.max(...bottoms)).toBeLessThan(height);
  });
});

describe('the picture of a stack with load balancers', () => {
  const proxy = each('proxy', { requires: [base], hosts: { query: { role: 'lb', subrole: 'internal-haproxy' } }, loadBalancer: () => ({ address: '10.0.0.10', check: { interval: 15, timeout: 10, retries: 3 } }) });
  const port = (number: number, balanced: boolean) => ({ port: number, protocol: 'tcp', from: 'private', purpose: 'store', at: proxy, balanced }) as const;
  const store = each('store', { requires: [proxy], hosts: { query: { role: 'redis' } }, ports: [port(6379, true), port(6380, true), port(6390, false)] });
  const balanced = readStack(defineStack({ name: 'a', inventory: '../inventory/servers.tsv', controller: 'install-01', modules: [use(base), use(proxy), use(store)] }), folder);

  it('has them between the clients and the proxies, with the ports of each module behind them', () => {
    const tiers = tiersOf(balanced);
    expect(tiers.map(({ title, onTheWay }) => `${title}${onTheWay ? ' ↓' : ''}`)).toEqual(['Kubernetes ↓', 'Addresses of load balancers ↓', 'Load balancers and proxies ↓', 'Data ↓', 'Applications', 'Operations']);
    expect(tiers[1]?.groups).toEqual([{ title: '10.0.0.10', subtitle: 'in front of proxy', rows: [{ name: 'store', note: '6379, 6380', pale: false }] }]);
  });

  it('draws them in the way of a request', async () => {
    const lines = topologySvg(balanced).split('\n');
    const from = lines.findIndex((line) => line.includes('class="way"'));
    const second = lines.findIndex((line, i) => i > from && line.includes('class="way"'));
    await expect(lines.slice(from, second + 1).join('\n')).toMatchFileSnapshot('golden/topology-balancer.svg.txt');
    expect(lines.filter((line) => line.includes('class="way"'))).toHaveLength(3);
  });

  it('is the same as before for a stack that has none', () => {
    expect(tiersOf(stack).map(({ title }) => title)).toEqual(['Kubernetes', 'Load balancers and proxies', 'Data', 'Applications', 'Operations']);
  });
});

describe('the page of the command line', () => {
  it('has a section for every command', () => {
    const page = cliPage(commandLine(() => Promise.resolve()));
    for (const command of ['plan', 'rollout', 'health', 'test', 'drill <module> [names...]', 'explain <host>', 'graph', 'docs', 'hosts trust <pattern>', 'inventory check [file]', 'inventory import <file>', 'secrets get <name>', 'twin up', 'twin fault <hosts> <kind>', 'twin heal [hosts]']) expect(page).toContain(`## \`keybuzz ${command}\``);
  });
});
