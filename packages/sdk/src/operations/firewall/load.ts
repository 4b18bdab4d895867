import { all, sh, type Command } from '../../command/index.ts';
import { rollbackFolder, type FirewallFamily } from '../../facts/firewall.ts';
import { allJumps } from '../../facts/iptables.ts';
import { ufwText, type UfwRule } from '../../facts/ufw-rules.ts';

const absent = 'ufw is not installed: the package ufw must come before the firewall';

/** How far the kernel is from what is wanted: only rules, or also the frame that UFW makes at its start. */
export type Load = 'enable' | 'reload' | 'rules';

/** What stands in /etc/default/ufw: `DEFAULT_INPUT_POLICY` → `DROP`. */
export type Policies = Readonly<Record<string, string>>;

/** The new text of a rules file; what UFW wrote around the rules stays. */
export function rulesText(family: FirewallFamily, rules: readonly UfwRule[], prefix: 'ufw' | 'ufw6'): string {
  const { head, tail } = family.file;
  return ufwText(tail === undefined ? { ...frame(prefix), rules } : { head, rules, tail });
}

/**
 * The rules it reads (user.rules, then user6.rules) are UFW's and the kernel's. One transaction of the kernel
 * where only rules differ, as `ufw` itself does for a changed rule; `ufw reload` would open the host for a second.
 */
export function load(how: { load: Load; ipv6: boolean; policies: Policies | undefined; jumps: string }): Command {
  const { load: kind, ipv6, policies, jumps } = how;
  const families = [['iptables', 'user.rules'], ...(ipv6 ? [['ip6tables', 'user6.rules']] : [])] as [string, string][];
  const folder = rollbackFolder;
  return all(
    sh`{ command -v ufw >/dev/null || { echo ${absent} >&2; exit 1; }; }`,
    sh`cd ${folder} && umask 027 && cat >wanted && sed '/^COMMIT$/q' wanted >user.rules && sed '1,/^COMMIT$/d' wanted >user6.rules`,
    ...families.map(([tables, file]) => sh`${tables}-restore -n --test <${file}`),
    ...families.map(([, file]) => sh`chmod 640 ${file} && cp ${file} /etc/ufw/${`.${file}.keybuzz`} && mv -f /etc/ufw/${`.${file}.keybuzz`} /etc/ufw/${file}`),
    ...(policies === undefined ? [] : [sh`sed -i ${Object.entries(policies).flatMap(([key, value]) => ['-e', `s/^${key}=.*/${key}="${value}"/`])} /etc/default/ufw`]),
    ...(jumps === '' ? [] : [sh`printf %s ${jumps} >jumps && sh -e jumps`]),
    ...(kind === 'enable' ? [sh`ufw --force enable >&2`] : kind === 'reload' ? [sh`ufw reload >&2`] : families.map(([tables, file]) => sh`${tables}-restore -n -w 10 <${file}`)),
  );
}

/** A script that puts UFW's jumps back, in order, where its chains are there but INPUT, FORWARD or OUTPUT was flushed; empty when nothing is missing. */
export function missingJumps(tables: 'iptables' | 'ip6tables', present: readonly string[]): string {
  const wanted = allJumps(tables === 'iptables' ? 'ufw' : 'ufw6');
  if (wanted.every((jump) => present.includes(jump))) return '';
  const rule = (action: string) => (jump: string): string => `${action} ${jump.replace(' ', ' -j ')}`;
  const rules = ['*filter', ...present.map(rule('-D')), ...wanted.map(rule('-A')), 'COMMIT'];
  const chain = wanted[0]?.split(' ')[1] ?? '';
  // Without its chains UFW makes both when it starts.
  return `if ${tables} -n -L ${chain} >/dev/null 2>&1; then ${tables}-restore -n <<'RULES'\n${rules.join('\n')}\nRULES\nfi\n`;
}

/** What UFW writes around the rules at its log level `low`, for a host where it has not written them yet. */
function frame(prefix: 'ufw' | 'ufw6'): { head: string; tail: string } {
  const chain = (name: string): string => `:${prefix}-${name} - [0:0]`;
  const inEach = (kind: string): string[] => ['input', 'output', 'forward'].map((direction) => chain(`${kind}-${direction}`));
  const chains = [...inEach('user'), ...inEach('before-logging'), ...inEach('user-logging'), ...inEach('after-logging'), ...['logging-deny', 'logging-allow', 'user-limit', 'user-limit-accept'].map(chain)];
  const limit = '-m limit --limit 3/min --limit-burst 10';
  const tail = [
    '', '### END RULES ###', '', '### LOGGING ###',
    `-A ${prefix}-after-logging-input -j LOG --log-prefix "[UFW BLOCK] " ${limit}`,
    `-A ${prefix}-after-logging-forward -j LOG --log-prefix "[UFW BLOCK] " ${limit}`,
    `-I ${prefix}-logging-deny -m conntrack --ctstate INVALID -j RETURN ${limit}`,
    `-A ${prefix}-logging-deny -j LOG --log-prefix "[UFW BLOCK] " ${limit}`,
    `-A ${prefix}-logging-allow -j LOG --log-prefix "[UFW ALLOW] " ${limit}`,
    '### END LOGGING ###', '', '### RATE LIMITING ###',
    `-A ${prefix}-user-limit -m limit --limit 3/minute -j LOG --log-prefix "[UFW LIMIT BLOCK] "`,
    `-A ${prefix}-user-limit -j REJECT`,
    `-A ${prefix}-user-limit-accept -j ACCEPT`,
    '### END RATE LIMITING ###', 'COMMIT', '',
  ];
  return { head: `${['*filter', ...chains, '### RULES ###'].join('\n')}\n`, tail: tail.join('\n') };
}
