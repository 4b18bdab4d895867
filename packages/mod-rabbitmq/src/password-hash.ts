import { createHash, randomBytes } from 'node:crypto';
import { sh, type Secret } from '@keybuzz/sdk';

/** What RabbitMQ keeps of a password (rabbit_password_hashing_sha256): four bytes of salt before the SHA-256 of salt and password, in base64. */
export function passwordHash(password: Secret, salt: Uint8Array = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password.reveal(), 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

/** How much of a password's hash leaves the host: in base64, the four bytes of its salt and two of the rest, which tell one password from another and nothing of either. */
export const told = 8;

/** Takes the rest of every hash out of what the node exports. */
export const masked = sh`sed ${`s/\\("password_hash" *: *"[^"]\\{${told}\\}\\)[^"]*/\\1/g`}`;
