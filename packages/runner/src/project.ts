import { resolve } from 'node:path';

/** The folder that holds `.kb/`, `runs/` and the default stack: what `kb` says, or the working folder. */
export const projectRoot: string = resolve(process.env['KB_ROOT'] ?? '.');
