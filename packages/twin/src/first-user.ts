import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const ID = 1000;

/** The upper layer `root` has a user with this key who may sudo without a password, as cloud images make one. */
export function addFirstUser(who: { root: string; image: string; user: string; publicKey: string }): void {
  const { root, image, user, publicKey } = who;
  const add = (file: string, line: string, mode: number): void => {
    writeFileSync(`${root}/etc/${file}`, `${readFileSync(`${image}/etc/${file}`, 'utf8')}${line}\n`);
    chmodSync(`${root}/etc/${file}`, mode);
  };
  add('passwd', `${user}:x:${ID}:${ID}::/home/${user}:/bin/bash`, 0o644);
  add('group', `${user}:x:${ID}:`, 0o644);
  add('shadow', `${user}:!:20000:0:99999:7:::`, 0o640);
  chownSync(`${root}/etc/shadow`, 0, shadowGroup(image));
  mkdirSync(`${root}/etc/sudoers.d`, { recursive: true });
  writeFileSync(`${root}/etc/sudoers.d/90-first-user`, `${user} ALL=(ALL) NOPASSWD:ALL\n`, { mode: 0o440 });
  mkdirSync(`${root}/home/${user}/.ssh`, { recursive: true });
  writeFileSync(`${root}/home/${user}/.ssh/authorized_keys`, publicKey);
  for (const [path, mode] of [['', 0o755], ['/.ssh', 0o700], ['/.ssh/authorized_keys', 0o600]] as const) {
    chmodSync(`${root}/home/${user}${path}`, mode);
    chownSync(`${root}/home/${user}${path}`, ID, ID);
  }
}

function shadowGroup(image: string): number {
  return Number(/^shadow:[^:]*:(\d+):/mu.exec(readFileSync(`${image}/etc/group`, 'utf8'))?.[1] ?? 0);
}
