import { fact, sh, type Fact } from '@keybuzz/sdk';

/** Fewer days left than this and nobody has renewed it: a rollout renews at 60. */
export const daysWanted = 14;

/** Whole days until the certificate in this file ends; undefined when there is none. */
export function daysLeft(path: string): Fact<number | undefined> {
  return fact({
    name: `end of ${path}`,
    command: sh`openssl x509 -noout -enddate -in ${path}`,
    anyExit: true,
    parse: ({ code, stdout }) => (code === 0 ? Math.floor((Date.parse(stdout.replace('notAfter=', '')) - Date.now()) / 86_400_000) : undefined),
  });
}
