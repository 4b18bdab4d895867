import { globSync, readFileSync } from 'node:fs';
import { root } from './source-files.ts';

const templates = `${root}tools/src/module-template/`;

/** The files of a new module, each with its path inside the package; the name is in kebab case, else it throws. */
export function moduleFiles(name: string): ReadonlyMap<string, string> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(`wanted a name in kebab case such as nats, saw ${JSON.stringify(name)}`);
  }
  const words: Readonly<Record<string, string>> = { name, identifier: identifier(name), Type: capital(identifier(name)), Title: capital(name) };
  const fill = (text: string): string => text.replaceAll(/__(name|identifier|Type|Title)__/g, (_, word: string) => words[word] ?? '');
  return new Map(
    globSync('**/*.template', { cwd: templates })
      .toSorted()
      .map((path) => [target(fill(path)), fill(readFileSync(`${templates}${path}`, 'utf8'))]),
  );
}

function target(path: string): string {
  return path.replace(/\.template$/, '').replace(/^readme\.md$/, 'README.md');
}

function identifier(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
