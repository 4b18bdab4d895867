/** The name in the store of a module's credential: `base/console-password` for `consolePassword`. */
export function storeName(module: string, key: string): string {
  return `${module}/${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
