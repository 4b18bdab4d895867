import { createRequire } from 'node:module';
import type * as yaml from 'yaml';

type Yaml = typeof yaml;

let loaded: Yaml | undefined;

/** The yaml library, loaded when it is first needed: most runs touch no YAML, and all of them would wait for it. */
export function yamlLibrary(): Yaml {
  loaded ??= createRequire(import.meta.url)('yaml') as Yaml;
  return loaded;
}
