import { sh } from '../command/index.ts';
import { change, fact, operation, type Operation } from '../converge/index.ts';
import type { Secret } from '../credentials/secret.ts';
import { accountName } from './account-name.ts';

/** The account's password is the one of this crypt(3) hash; the hash shows in no plan and in no argument list. */
export function passwordHash(user: string, hash: Secret): Operation {
  accountName(user);
  // Compared on the host: the hash that is there never leaves it.
  const command = sh`wanted=$(cat); [ "$(getent shadow ${user} | cut -d: -f2)" = "$wanted" ] && echo same || echo other`.stdin(hash);
  const same = fact({ name: `the password of ${user}`, command, parse: ({ stdout }) => stdout.trim() === 'same' });
  return operation({
    title: `${user} has the wanted password`,
    look: { same },
    change: ({ same: already }) => [
      !already && change(sh`{ printf '%s:' ${user}; cat; } | chpasswd -e`.stdin(hash), { summary: `set the password of ${user}`, touches: [`user:${user}`] }),
    ],
  });
}
