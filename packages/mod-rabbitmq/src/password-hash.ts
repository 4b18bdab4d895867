import { createHash, randomBytes } from 'node:crypto';
import type { Secret } from '@keybuzz/sdk';

/** What RabbitMQ keeps of a password (rabbit_password_hashing_sha256): four bytes of salt before the SHA-256 of salt and password, in base64. */
export function passwordHash(password: Secret, salt: Uint8Array = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password.reveal(), 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
