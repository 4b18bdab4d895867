import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Secret } from '@keybuzz/sdk';

// PostgreSQL's default of scram_iterations.
const defaultIterations = 4096;

/** What PostgreSQL keeps of a password (RFC 5802, as pg_authid writes it): with a salt of its own each time. */
export function scramVerifier(password: Secret, { salt = randomBytes(16), iterations = defaultIterations }: { salt?: Buffer; iterations?: number } = {}): string {
  // Our passwords are of ASCII, which SASLprep leaves as it is.
  const salted = pbkdf2Sync(password.reveal().normalize('NFKC'), salt, iterations, 32, 'sha256');
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac(salted, 'Server Key').toString('base64')}`;
}
