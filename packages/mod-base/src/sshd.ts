import { basename } from 'node:path/posix';
import { all, change, type Command, file, fresh, keyValue, operation, pathState, serviceRunning, sh, together, type Guard, type Operation } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';
import { dropIn, dropInFolder, mainFile, unrivalled } from './sshd-files.ts';
import { renewSocket, socketOn } from './sshd-socket.ts';

const saved = '/run/keybuzz/sshd-rollback';
const timer = 'keybuzz-sshd-rollback';

/** What is wanted of sshd on one host: a jump host may forward where others may not. */
export function sshOn(host: string, ssh: BaseConfig['ssh']): BaseConfig['ssh'] {
  return { ...ssh, tcpForwarding: ssh.tcpForwarding || ssh.tcpForwardingHosts.includes(host) };
}

/** sshd's settings: root by key only, no passwords, few tries, modern algorithms. */
export function sshdSettings(ssh: BaseConfig['ssh']): Readonly<Record<string, string | number>> {
  const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
  return {
    Port: ssh.port,
    PermitRootLogin: 'prohibit-password',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    PermitEmptyPasswords: 'no',
    MaxAuthTries: ssh.maxAuthTries,
    MaxSessions: ssh.maxSessions,
    // A fleet-wide run opens one connection a host, but jump hosts see them all at once.
    MaxStartups: '64:30:256',
    LoginGraceTime: 30,
    ClientAliveInterval: 300,
    ClientAliveCountMax: 2,
    X11Forwarding: 'no',
    AllowTcpForwarding: yesNo(ssh.tcpForwarding),
    AllowAgentForwarding: 'no',
    UseDNS: 'no',
    KexAlgorithms: 'sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org',
    Ciphers: 'aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr',
    MACs: 'hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com',
    HostKeyAlgorithms: 'ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256',
  };
}

/** The drop-in file of sshd. */
export function sshdDropIn(ssh: BaseConfig['ssh']): string {
  return keyValue(sshdSettings(ssh), { separator: ' ', module: 'base' });
}

/** sshd runs hardened; if no new connection can be made after a change, the host goes back to what it had. */
export function hardenedSsh(ssh: BaseConfig['ssh']): readonly Operation[] {
  const hardened = together(
    'sshd takes keys only, with modern algorithms',
    [
      file(dropIn, sshdDropIn(ssh), { mode: 0o600, validate: (candidate) => all(validWith(candidate), ...(ssh.tcpForwarding ? [] : [noJumpHost(ssh.port)])) }),
      serviceRunning('ssh'),
      fresh('ssh', { files: [dropIn, mainFile], reload: true }),
      socketOn(ssh.port),
    ],
    rollback,
  );
  // Outside of what is guarded: stopping an old clock must not start a new one.
  return [confirmed, unrivalled(sshdSettings(ssh)), hardened];
}

const trial = '/run/keybuzz/sshd-trial';

/** All files of sshd together, ours replaced by the candidate: one that is fine by itself may not be beside the others. */
function validWith(candidate: string): Command {
  return all(
    sh`rm -rf ${trial} && mkdir -p -m 700 ${trial} && cp ${dropInFolder}/*.conf ${trial} 2>/dev/null; cp ${candidate} ${trial}/${basename(dropIn)}`,
    sh`sed -E ${`s#(/etc/ssh/)?sshd_config[.]d/#${trial}/#g`} ${mainFile} >${trial}/main`,
    sh`sshd -t -f ${trial}/main`,
  );
}

const jumpHost = 'sshd forwards connections to other hosts at this moment: as a jump host it would not any more. next: add the host to ssh.tcpForwardingHosts, or end those connections';

/** Fails where sshd itself is connected to the sshd of another host: whoever comes that way could not come again. */
function noJumpHost(port: number): Command {
  return sh`! { ss -Htnp state established ${`( dport = :22 or dport = :${port} )`} | grep -q '"sshd' && printf '%s\n' ${jumpHost} >&2; }`;
}

/** A run that died before it could confirm its change left the clock running; this run reached the host, so the change is kept. */
const confirmed: Operation = operation({
  title: 'no change of sshd is on trial',
  // The file and not the unit: systemd searches all its folders for a unit that is not there.
  look: { clock: pathState(`/run/systemd/transient/${timer}.timer`) },
  change: ({ clock }) => [clock.kind !== 'missing' && change(sh`systemctl stop ${timer}.timer`, { summary: 'keep the sshd settings of a run that died before it could confirm them' })],
});

const restore = `if [ -e ${saved}/had ]; then cp -p ${saved}/had ${dropIn}; else rm -f ${dropIn}; fi; systemctl reload ssh; ${renewSocket}`;

const rollback: Guard = {
  within: 30,
  arm: all(
    sh`mkdir -p -m 700 ${saved}`,
    sh`rm -f ${saved}/had`,
    sh`{ [ ! -e ${dropIn} ] || cp -p ${dropIn} ${saved}/had; }`,
    // A timer that a dead controller left behind has already restored, or is about to: one at a time.
    sh`{ systemctl stop ${timer}.timer 2>/dev/null || :; }`,
    sh`{ systemctl reset-failed ${timer}.service 2>/dev/null || :; }`,
    sh`systemd-run --quiet --on-active=30 --unit=${timer} /bin/sh -c ${restore}`,
  ),
  disarm: sh`systemctl stop ${timer}.timer`,
};
