import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of one of our own programs (`proxy-main`, `probe-main`, `heal-main`), as a source or as a bundle. */
export function childScript(name: 'proxy-main' | 'probe-main' | 'heal-main'): string {
  return fileURLToPath(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url));
}
