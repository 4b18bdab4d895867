import { isIP } from 'node:net';
import { Failure } from '../command/index.ts';
import { operation, type Operation } from '../converge/index.ts';
import { pathState } from '../facts/files.ts';
import { hostsFileText } from '../facts/hosts-file.ts';
import { written } from './file.ts';
import { writeFile } from './write-file.ts';

/** An address and the names it bears; the first name is what the address resolves to. */
export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

const path = '/etc/hosts';
const begin = '# BEGIN keybuzz: edits between these lines are overwritten';
const end = '# END keybuzz';
const block = new RegExp(`^${begin}\n[^]*?^${end}\n?`, 'm');
const own = { owner: { user: 'root', group: 'root' }, mode: 0o644 };

/**
 * Every name resolves to its address without DNS. Our lines stand in a block of their own; the operator's stay,
 * unless `keep` is false. A name may have one address of a family only, in the operator's lines as well; his loopback lines do not count.
 */
export function hostsFile(entries: readonly HostsEntry[], options: { keep?: boolean } = {}): Operation {
  const { keep = true } = options;
  const lines = entries.map(line);
  refuseTwoAddresses(entries.map(({ address, names }, i) => ({ address, names, where: `entry ${i + 1}` })));
  return operation({
    title: `${path} names ${entries.length} addresses`,
    look: { present: hostsFileText(), now: pathState(path) },
    change: ({ present, now }) => {
      const kept = withoutOwnLoopback(present, entries);
      const others = keep ? kept.replace(block, '') : loopback;
      refuseTwoAddresses([...entries.map((each) => ({ ...each, where: 'the stack' })), ...strangers(others)]);
      const wanted = placed([begin, ...lines, end, ''].join('\n'), { present: keep ? kept : '', others });
      if (wanted === present) return [];
      // Not owner and mode: a container's manager may have bound this file from elsewhere.
      return [written(path, wanted, { now, command: writeFile(path, own), mode: own.mode })];
    },
  });
}

/** The block stays where it is. A new one comes first: of two lines with a name, resolvers take the first. */
function placed(wanted: string, { present, others }: { present: string; others: string }): string {
  if (block.test(present)) return present.replace(block, () => wanted);
  return wanted + others;
}

/**
 * Debian's own `127.0.1.1 db-01` is commented out: the resolver puts loopback addresses first whatever the order of
 * the lines, and a service that binds its own name would listen to nobody.
 */
function withoutOwnLoopback(present: string, entries: readonly HostsEntry[]): string {
  const ours = new Set(entries.flatMap(({ names }) => names));
  return present.replaceAll(/^127\.0\.1\.1\s.*$/gm, (line) => (line.split(/\s+/).some((name) => ours.has(name)) ? `# not by loopback (keybuzz): ${line}` : line));
}

const loopback = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n';

function line({ address, names }: HostsEntry): string {
  if (isIP(address) === 0) throw new Failure('badConfig', `${path}: ${address} is not an address`);
  const wrong = names.find((name) => !/^[\w]([\w.-]*[\w])?$/.test(name));
  if (names.length === 0 || wrong !== undefined) throw new Failure('badConfig', `${path}: ${wrong ?? 'no name'} for ${address}, wanted names such as db-01`);
  return `${address}\t${names.join(' ')}`;
}

type Located = HostsEntry & { readonly where: string };

/** The operator's lines. What he says of loopback addresses does not count. */
function strangers(text: string): Located[] {
  return text.split('\n').flatMap((each, i) => {
    const [address = '', ...names] = each.replace(/#.*/, '').trim().split(/\s+/);
    return isIP(address) === 0 || /^(127\.|::1$|fe00::|ff0)/.test(address) ? [] : [{ address, names, where: `${path} outside of the block, line ${i + 1}` }];
  });
}

function refuseTwoAddresses(entries: readonly Located[]): void {
  const known = new Map<string, Located>();
  for (const entry of entries) {
    for (const name of entry.names) {
      const key = `${isIP(entry.address)} ${name.toLowerCase()}`;
      const first = known.get(key);
      if (first !== undefined && first.address !== entry.address) {
        throw new Failure('badConfig', `${name} has two addresses: ${first.address} (${first.where}) and ${entry.address} (${entry.where})`, { next: `correct the inventory, or remove the line from ${path}` });
      }
      known.set(key, first ?? entry);
    }
  }
}
