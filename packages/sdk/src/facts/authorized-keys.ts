import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** The key file that sshd reads for an account. */
export interface AuthorizedKeys {
  /** Its lines without their line ends; none when there is no file, or no such account. */
  readonly lines: readonly string[];
  /** Folder and file are the account's own and closed to others, so that sshd takes them. */
  readonly safe: boolean;
}

/** The key files of accounts, found through their home in the account database. */
export const authorizedKeys: (user: string) => Fact<AuthorizedKeys> = reader<AuthorizedKeys>({
  name: 'authorized keys',
  command: (users) => sh`getent passwd ${users} | while IFS=: read -r name _ _ _ _ home _; do printf '%s\0' "$name"; find "$home/.ssh" "$home/.ssh/authorized_keys" -maxdepth 0 -printf '%y %m %u\n' 2>/dev/null; printf '\0'; [ ! -f "$home/.ssh/authorized_keys" ] || cat "$home/.ssh/authorized_keys"; printf '\0'; done`,
  parse: ({ stdout }, users) => {
    const found = new Map<string, AuthorizedKeys>(users.map((user) => [user, { lines: [], safe: false }]));
    const fields = stdout.split('\0');
    for (let at = 0; at + 3 < fields.length; at += 3) {
      const [user = '', states = '', text = ''] = fields.slice(at, at + 3);
      found.set(user, { lines: text.split('\n').filter((line) => line.trim() !== ''), safe: states === `d 700 ${user}\nf 600 ${user}\n` });
    }
    return found;
  },
});
