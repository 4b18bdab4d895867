import type { Document, LineCounter, Node } from 'yaml';
import { yamlLibrary } from '../yaml-library.ts';
import type { Place, Problems } from './problem.ts';

/** A key of a map and what it holds. */
export interface Entry {
  readonly key: string;
  readonly at: Place;
  readonly value: YamlTree;
}

interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly problems: Problems;
}

/** A value of a YAML file that knows where it stands. Maps are read when asked for, so that aliases cost nothing until followed. */
export class YamlTree {
  readonly at: Place;
  readonly #node: Node | undefined;
  readonly #reading: Reading;
  #entries: readonly Entry[] | undefined;

  constructor(node: Node | undefined, reading: Reading, fallback: Place) {
    this.#reading = reading;
    this.at = node === undefined ? fallback : placeOf(node, reading.lines) ?? fallback;
    this.#node = yamlLibrary().isAlias(node) ? (node.resolve(reading.document) ?? undefined) : node;
    if (node !== undefined && this.#node === undefined) reading.problems.add(this.at, undefined, 'this alias has no anchor before it: write the value itself');
  }

  get kind(): 'map' | 'list' | 'text' | 'nothing' {
    if (yamlLibrary().isMap(this.#node)) return 'map';
    if (yamlLibrary().isSeq(this.#node)) return 'list';
    return yamlLibrary().isScalar(this.#node) && this.#node.value !== null ? 'text' : 'nothing';
  }

  /** The text of a scalar as it is written, so that `012` and `yes` stay what they are; empty for anything else. */
  get text(): string {
    if (this.kind !== 'text' || !yamlLibrary().isScalar(this.#node)) return '';
    const { value, source } = this.#node;
    return (typeof value === 'string' ? value : (source ?? String(value))).trim();
  }

  /** The keys of a map, none for anything else; a key that is there twice was complained about. */
  get entries(): readonly Entry[] {
    return (this.#entries ??= this.#readEntries());
  }

  #readEntries(): readonly Entry[] {
    if (!yamlLibrary().isMap(this.#node)) return [];
    const found = new Map<string, Entry>();
    for (const pair of this.#node.items) {
      const keyTree = new YamlTree(pair.key as Node, this.#reading, this.at);
      const entry = { key: keyTree.text, at: keyTree.at, value: new YamlTree((pair.value ?? undefined) as Node | undefined, this.#reading, keyTree.at) };
      const before = found.get(entry.key);
      if (before === undefined) found.set(entry.key, entry);
      else this.#reading.problems.add(entry.at, entry.key, `already on line ${before.at.line}: give one of the two another name, or remove it`);
    }
    return [...found.values()];
  }
}

/** The root of a YAML text; undefined, with problems, when it cannot be read. */
export function yamlTree(text: string, problems: Problems): YamlTree | undefined {
  // Counted here: the parser's own count skips lines after some errors.
  const lines = new (yamlLibrary().LineCounter)();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  const document = yamlLibrary().parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  for (const { pos, message } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    problems.add({ line, column: col }, undefined, `not YAML: ${message.split('\n')[0] ?? ''}`);
  }
  if (document.errors.length > 0) return undefined;
  return new YamlTree(document.contents ?? undefined, { document, lines, problems }, { line: 1, column: 1 });
}

function placeOf(node: Node, lines: LineCounter): Place | undefined {
  if (!node.range) return undefined;
  const { line, col } = lines.linePos(node.range[0]);
  return { line, column: col };
}
