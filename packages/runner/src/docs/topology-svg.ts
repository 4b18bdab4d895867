import type { Host, ReadStack } from '@keybuzz/sdk';

const columns = 4;
const box = { width: 208, line: 17, head: 40, gap: 14 };

/** A picture of the servers, grouped by what they are, with the modules that run on each group; readable in light and in dark. */
export function topologySvg(stack: ReadStack): string {
  const groups = groupsOf(stack);
  const placed = place(groups);
  const width = columns * (box.width + box.gap) + box.gap;
  const height = Math.max(...placed.map((g) => g.y + g.height)) + box.gap;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="The servers of ${escaped(stack.definition.name)} and what runs on them">`,
    style,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    `<text class="title" x="${box.gap}" y="28">${escaped(stack.definition.name)}: ${stack.inventory.hosts.length} servers on ${stack.inventory.privateNetwork}, rolled out from ${escaped(stack.controller.name)} (${stack.controller.address})</text>`,
    ...placed.flatMap(drawn),
    '</svg>',
    '',
  ].join('\n');
}

interface Group {
  readonly title: string;
  readonly modules: string;
  readonly hosts: readonly Host[];
}

type Placed = Group & { readonly x: number; readonly y: number; readonly height: number };

function groupsOf({ inventory, uses }: ReadStack): readonly Group[] {
  const byRole = Map.groupBy(inventory.hosts, (h) => (h.subrole === undefined ? h.role : `${h.role} / ${h.subrole}`));
  const modulesOn = (hosts: readonly Host[]): string => uses.filter((u) => hosts.some((h) => u.hosts.includes(h))).map((u) => u.module.name).join(', ');
  return [...byRole].map(([title, hosts]) => ({ title, hosts, modules: modulesOn(hosts) })).toSorted((a, b) => b.hosts.length - a.hosts.length);
}

/** Each group goes where its column is shortest. */
function place(groups: readonly Group[]): readonly Placed[] {
  const bottoms = Array.from({ length: columns }, () => 44);
  return groups.map((group) => {
    const column = bottoms.indexOf(Math.min(...bottoms));
    const y = bottoms[column] as number;
    const height = box.head + group.hosts.length * box.line + 6;
    bottoms[column] = y + height + box.gap;
    return { ...group, x: box.gap + column * (box.width + box.gap), y, height };
  });
}

function drawn({ title, modules, hosts, x, y, height }: Placed): string[] {
  return [
    `<rect class="group" x="${x}" y="${y}" width="${box.width}" height="${height}" rx="6"/>`,
    `<text class="role" x="${x + 10}" y="${y + 18}">${escaped(title)}</text>`,
    `<text class="module" x="${x + 10}" y="${y + 33}">${escaped(modules)}</text>`,
    ...hosts.flatMap((host, i) => {
      const line = y + box.head + i * box.line + 10;
      return [
        `<text class="${host.core ? 'host' : 'host minor'}" x="${x + 10}" y="${line}">${escaped(host.name)}</text>`,
        `<text class="address" x="${x + box.width - 10}" y="${line}">${host.address}</text>`,
      ];
    }),
  ];
}

const style = `<style>
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2933 }
.ground { fill: #ffffff } .group { fill: #f3f6f9; stroke: #c5d0dc }
.title { font-size: 14px; font-weight: 600 } .role { font-weight: 600 } .module { font-size: 11px; fill: #2166ac }
.address { text-anchor: end; fill: #5b6b7b; font-variant-numeric: tabular-nums } .minor { fill: #8593a1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9ee } .ground { fill: #12181f } .group { fill: #1b242e; stroke: #3a4856 }
  .module { fill: #7db8e8 } .address { fill: #9dabb9 } .minor { fill: #71808f }
}
</style>`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
