import type { ReadStack } from '@keybuzz/sdk';
import { escaped } from './escaped.ts';
import { everywhere, tiersOf, type Group } from './topology-tiers.ts';

const columns = 4;
const gap = 12;
const box = { width: 206, line: 17, title: 24, bottom: 6 };
const width = columns * (box.width + gap) + 3 * gap;
const top = 52;

/** A picture of the servers by layer, from the clients down, with the modules that run on each group; readable in light and in dark. */
export function topologySvg(stack: ReadStack): string {
  const { definition, inventory, controller } = stack;
  const drawn: string[] = [];
  let y = top;
  for (const [i, tier] of tiersOf(stack).entries()) {
    if (i > 0 && tier.onTheWay) drawn.push(`<path class="way" d="M${width / 2} ${y - gap} v${gap - 2} m-4 -4 l4 4 l4 -4"/>`);
    const placed = place(tier.groups, y + 26);
    const height = placed.bottom - y;
    drawn.push(`<rect class="tier" x="${gap}" y="${y}" width="${width - 2 * gap}" height="${height}" rx="8"/>`, `<text class="layer" x="${2 * gap}" y="${y + 18}">${tier.title}</text>`, ...placed.boxes);
    y += height + gap;
  }
  const common = everywhere(stack);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="The servers of ${escaped(definition.name)} and what runs on them">`,
    style,
    `<rect class="ground" width="${width}" height="${y}" rx="8"/>`,
    `<text class="title" x="${gap}" y="22">${escaped(definition.name)}: ${inventory.hosts.length} servers on ${inventory.privateNetwork}, rolled out from ${escaped(controller.name)}</text>`,
    `<text class="legend" x="${gap}" y="40">${common.length === 0 ? '' : `On every server: ${escaped(common.join(', '))}. `}Pale: not part of the core.</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** Each group goes where its column is shortest. */
function place(groups: readonly Group[], from: number): { boxes: string[]; bottom: number } {
  const bottoms = Array.from({ length: columns }, () => from);
  const boxes = groups.flatMap((group) => {
    const column = bottoms.indexOf(Math.min(...bottoms));
    const y = bottoms[column] as number;
    const height = box.title + (group.subtitle === '' ? 0 : box.line - 2) + group.rows.length * box.line + box.bottom;
    bottoms[column] = y + height + gap;
    return boxOf(group, { x: 2 * gap + column * (box.width + gap), y, height });
  });
  return { boxes, bottom: Math.max(...bottoms) };
}

function boxOf({ title, subtitle, rows }: Group, { x, y, height }: { x: number; y: number; height: number }): string[] {
  const first = y + box.title + (subtitle === '' ? 0 : box.line - 2);
  return [
    `<rect class="group" x="${x}" y="${y}" width="${box.width}" height="${height}" rx="6"/>`,
    `<text class="role" x="${x + 10}" y="${y + 18}">${escaped(title)}</text>`,
    ...(subtitle === '' ? [] : [`<text class="module" x="${x + 10}" y="${y + 33}">${escaped(subtitle)}</text>`]),
    ...rows.flatMap(({ name, note, pale }, i) => {
      const line = first + i * box.line + 13;
      const minor = pale ? ' minor' : '';
      return [`<text class="host${minor}" x="${x + 10}" y="${line}">${escaped(name)}</text>`, `<text class="address${minor}" x="${x + box.width - 10}" y="${line}">${note}</text>`];
    }),
  ];
}

const style = `<style>
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2933 }
.ground { fill: #ffffff } .tier { fill: #eef2f6 } .group { fill: #ffffff; stroke: #c5d0dc }
.title { font-size: 14px; font-weight: 600 } .legend { fill: #5b6b7b } .layer { font-weight: 600; fill: #2166ac }
.role { font-weight: 600 } .module { font-size: 11px; fill: #2166ac } .way { fill: none; stroke: #5b6b7b; stroke-width: 1.5 }
.address { text-anchor: end; fill: #5b6b7b; font-variant-numeric: tabular-nums } .minor { fill: #8593a1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9ee } .ground { fill: #12181f } .tier { fill: #1b242e } .group { fill: #12181f; stroke: #3a4856 }
  .legend, .address { fill: #9dabb9 } .layer, .module { fill: #7db8e8 } .way { stroke: #9dabb9 } .minor { fill: #71808f }
}
</style>`;
