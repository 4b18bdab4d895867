import { parse } from 'just-bash';

const known = new Map<string, string | undefined>();

/** What in a command line the hosts' /bin/sh (dash) would not understand; undefined when it understands all of it. */
export function bashism(text: string): string | undefined {
  if (!known.has(text)) known.set(text, found(text));
  return known.get(text);
}

function found(text: string): string | undefined {
  try {
    return search(parse(text));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const foreignNodes: Readonly<Record<string, string>> = {
  ConditionalCommand: '[[ ]]',
  ArithmeticCommand: '(( ))',
  CStyleFor: 'for (( ))',
  HereString: '<<<',
  ProcessSubstitution: '<( )',
  BraceExpansion: '{a,b}',
  Substring: '${x:1:2}',
  PatternReplacement: '${x/a/b}',
  CaseModification: '${x^^}',
  Transform: '${x@Q}',
  Indirection: '${!x}',
  ArrayKeys: '${!x[@]}',
};

function search(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, operator, append, array } = node as Record<string, unknown>;
  if (typeof type === 'string' && foreignNodes[type] !== undefined) return foreignNodes[type];
  if (type === 'Redirection' && (operator === '&>' || operator === '&>>' || operator === '<<<')) return String(operator);
  if (type === 'Assignment' && append === true) return '+=';
  if (type === 'Assignment' && array !== null && array !== undefined) return 'arrays';
  for (const each of Object.values(node)) {
    const inner = search(each);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
