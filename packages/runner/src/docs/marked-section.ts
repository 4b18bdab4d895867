/** The text with another section between its markers `NAME:start` and `NAME:end` (HTML comments); undefined when it has none. */
export function withSection(markdown: string, name: string, text: string): string | undefined {
  const [begin, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [markdown.indexOf(begin), markdown.indexOf(end)];
  return from < 0 || to < from ? undefined : `${markdown.slice(0, from + begin.length)}\n${text}\n${markdown.slice(to)}`;
}
