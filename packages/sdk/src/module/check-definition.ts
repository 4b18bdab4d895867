import { Failure } from '../command/index.ts';
import { parseNetwork } from '../inventory/index.ts';
import { didYouMean } from '../inventory/nearest.ts';

type Kind = 'text' | 'network' | 'uses' | 'ssh';

// What is written in a stack file is not type checked when it runs.
const keys: Readonly<Record<string, { kind: Kind; needed: boolean }>> = {
  name: { kind: 'text', needed: true },
  inventory: { kind: 'text', needed: true },
  env: { kind: 'text', needed: false },
  privateNetwork: { kind: 'network', needed: false },
  controller: { kind: 'text', needed: true },
  secrets: { kind: 'text', needed: false },
  ssh: { kind: 'ssh', needed: false },
  modules: { kind: 'uses', needed: true },
};

/** The definition has the keys of a stack, no others, and values of their kinds. Throws Failure `badConfig` that names every wrong one. */
export function checkDefinition(definition: object): void {
  const written: Readonly<Record<string, unknown>> = { ...definition };
  const problems = [
    ...Object.keys(written).flatMap((key) => (Object.hasOwn(keys, key) ? [] : [`the stack: unknown key ${key}${didYouMean(key, Object.keys(keys))}`])),
    ...Object.entries(keys).flatMap(([key, { kind, needed }]) => {
      const value = written[key];
      if (value === undefined) return needed ? [`the stack: ${key} is missing: wanted ${wanted[kind]}`] : [];
      return isOf(kind, value) ? [] : [`the stack: ${key}: wanted ${wanted[kind]}, got ${shown(value)}`];
    }),
  ];
  if (problems.length > 0) throw new Failure('badConfig', problems.join('\n'), { next: `edit the stack${typeof written['name'] === 'string' ? ` ${written['name']}` : ''}; its keys are ${Object.keys(keys).join(', ')}` });
}

/** The options of a `use` have no key but these. Throws Failure `badConfig` that names the module and the key. */
export function checkUse(module: string, options: object): void {
  const known = ['config', 'hosts'];
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new Failure('badConfig', `use(${module}): unknown key ${key}${didYouMean(key, known)}`, { next: `edit use(${module}, …) in the stack; its keys are ${known.join(', ')}` });
  }
}

const wanted: Readonly<Record<Kind, string>> = {
  text: 'a text',
  network: 'a network such as 10.0.0.0/16',
  uses: 'a list such as [use(base)]',
  ssh: "{ jump: 'bastion-01', identityFile: '~/.ssh/id_ed25519' }, or one of them",
};

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string' && value !== '';
  if (kind === 'uses') return Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null && 'module' in each);
  if (kind === 'ssh') return typeof value === 'object' && value !== null && Object.entries(value).every(([key, each]) => ['jump', 'identityFile'].includes(key) && isOf('text', each));
  try {
    parseNetwork(String(value));
    return true;
  } catch {
    return false;
  }
}

function shown(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'function' ? 'a function' : JSON.stringify(value);
  const bare = value.flatMap((each: unknown) => (typeof each === 'object' && each !== null && 'name' in each ? [String(each.name)] : []));
  return bare.length === 0 ? 'a list with something else in it' : `${bare.join(', ')} without use(…)`;
}
