import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { Failure } from '../command/failure.ts';
import type { Secret } from './secret.ts';

/** The secret as /etc/shadow keeps it (`$6$…`), computed by openssl on this machine; the value goes by standard input. */
export function sha512Crypt(secret: Secret, salt: string = randomBytes(12).toString('base64url').replaceAll(/[-_]/g, '.').slice(0, 16)): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('openssl', ['passwd', '-6', '-stdin', '-salt', salt], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.once('error', (error) => reject(new Failure('failed', `openssl cannot be run here: ${error.message}`, { next: 'apt-get install openssl', cause: error })));
    child.once('close', (code) => (code === 0 ? resolve(out.trim()) : reject(new Failure('failed', `openssl passwd: exit ${code}`))));
    child.stdin.end(`${secret.reveal()}\n`);
  });
}
