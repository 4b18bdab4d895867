import { all, change, type Fact, fact, operation, sh, type Operation } from '@keybuzz/sdk';

/** There while systemd listens for sshd, as Ubuntu wants it since 22.10; Debian's own ssh.socket is another thing. */
export const socketLink = '/etc/systemd/system/ssh.service.requires/ssh.socket';

// systemd makes the socket of sshd's files when it reads its own; a socket that listens keeps its port until it is restarted, and takes sshd with it.
const renew = all(sh`systemctl daemon-reload`, sh`systemctl restart ssh.socket`);

/** The same for a script. */
export const renewSocket = `if [ -L ${socketLink} ]; then ${renew.text}; fi`;

/** Whether systemd listens for sshd, and not on this port. */
export function deaf(port: number): Fact<boolean> {
  return fact({
    name: 'socket of sshd',
    command: sh`[ ! -L ${socketLink} ] || ss -Hltn ${`sport = :${port}`} | grep -q . || echo deaf`,
    parse: ({ stdout }) => stdout.trim() === 'deaf',
  });
}

/** Where systemd listens for sshd it does so on the port that sshd's files say. */
export function socketOn(port: number): Operation {
  return operation({
    title: `ssh.socket listens on port ${port}`,
    look: { elsewhere: deaf(port) },
    change: ({ elsewhere }) => [elsewhere && change(renew, { summary: `restart ssh.socket: it does not listen on port ${port}`, touches: ['unit:ssh'] })],
  });
}
