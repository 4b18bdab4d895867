import { madeOf, type Fact } from '../converge/index.ts';
import { certificateFacts } from '../credentials/certificate-facts.ts';
import { fileText } from './file-text.ts';

/** Whole days until the certificate in this file ends, negative when it has; undefined when there is none. */
export function certificateDays(path: string): Fact<number | undefined> {
  return madeOf(`end of ${path}`, [fileText(path)], daysIn);
}

function daysIn(pem: string): number | undefined {
  try {
    return certificateFacts(pem).daysLeft(new Date());
  } catch {
    return undefined;
  }
}
