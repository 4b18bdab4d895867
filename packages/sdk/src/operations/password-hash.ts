import { sh } from '../command/index.ts';
import { change, fact, operation, type Operation } from '../converge/index.ts';
import type { Secret } from '../credentials/secret.ts';
import { accountName } from './account-name.ts';

/** The account's password is the one of this crypt(3) hash; the hash shows in no plan and in no argument list. */
export function passwordHash(user: string, hash: Secret): Operation {
  accountName(user);
  // Compared on the host: the hash that is there never leaves it.
  // Shell built-ins only, no fork; read wants a last newline, and what the account has stands in /etc/shadow itself.
  const command = sh`read -r wanted || :; while IFS=: read -r name present rest; do [ "$name" = ${user} ] && [ "$present" = "$wanted" ] && echo same; done </etc/shadow; :`.stdin(hash);
  const same = fact({ name: `the password of ${user}`, command, parse: ({ stdout }) => stdout.trim() === 'same' });
  return operation({
    title: `${user} has the wanted password`,
    look: { same },
    change: ({ same: already }) => [
      !already && change(sh`{ printf '%s:' ${user}; cat; } | chpasswd -e`.stdin(hash), { summary: `set the password of ${user}`, touches: [`user:${user}`] }),
    ],
  });
}
