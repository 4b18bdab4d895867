import { container, file, fresh, serviceRunning, text, when, type Operation } from '@keybuzz/sdk';

const rules = '/etc/audit/rules.d/50-keybuzz.rules';

/** What the kernel records: changes of accounts, of SSH, of sudo, of the time, of kernel modules. */
export const auditRules: string = text`
  # Written by keybuzz (module base): edits here are overwritten.
  -w /etc/passwd -p wa -k identity
  -w /etc/group -p wa -k identity
  -w /etc/shadow -p wa -k identity
  -w /etc/sudoers -p wa -k privilege
  -w /etc/sudoers.d -p wa -k privilege
  -w /etc/ssh/sshd_config -p wa -k sshd
  -w /etc/ssh/sshd_config.d -p wa -k sshd
  -w /root/.ssh -p wa -k sshd
  -w /etc/localtime -p wa -k time
`;

/** auditd records them. The kernel's audit belongs to the machine, so in a container the rules are only there. */
export function audited(wanted: boolean): readonly Operation[] {
  if (!wanted) return [];
  return [
    file(rules, auditRules, { mode: 0o640 }),
    ...[serviceRunning('auditd'), fresh('auditd', { files: [rules], reload: true })].map((o) => when(container(), (inside) => !inside, o)),
  ];
}
