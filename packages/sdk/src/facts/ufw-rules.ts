/** One rule in a file of UFW, as `ufw status` lists it. */
export interface UfwRule {
  /** What it means: action, protocol, port, destination, source port, source, direction with interface. */
  readonly tuple: string;
  /** The operator's words; empty when there are none. */
  readonly comment: string;
  /** What it is for iptables. */
  readonly lines: readonly string[];
}

/** Comments that begin so are ours; every other rule belongs to the operator. */
export const ourComment = 'keybuzz:';

/** user.rules or user6.rules: the rules, and the text around them that UFW writes by itself. */
export interface UfwRules {
  readonly head: string;
  readonly rules: readonly UfwRule[];
  /** From the end of the rules on; undefined in the file that the package brings, which has no end mark. */
  readonly tail: string | undefined;
}

const start = '### RULES ###\n';
const end = '\n### END RULES ###\n';

/** The rules of a user.rules file. */
export function ufwRules(text: string): UfwRules {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0) return { head: '', rules: [], tail: undefined };
  const body = text.slice(from + start.length, to < 0 ? undefined : to + 1);
  const rules = body.split(/^### tuple ### /m).slice(1).map(ufwRule);
  return { head: text.slice(0, from + start.length), rules, tail: to < 0 ? undefined : text.slice(to) };
}

function ufwRule(text: string): UfwRule {
  const [first = '', ...lines] = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const [tuple = '', comment = ''] = first.split(' comment=');
  return { tuple: tuple.trim().replaceAll(/\s+/g, ' '), comment: Buffer.from(comment, 'hex').toString('utf8'), lines };
}

/** A user.rules file with these rules, exactly as UFW would write it. */
export function ufwText({ head, rules, tail = end }: UfwRules): string {
  const written = rules.map(({ tuple, comment, lines }) => {
    const hex = comment === '' ? '' : ` comment=${Buffer.from(comment).toString('hex')}`;
    return `\n### tuple ### ${tuple}${hex}\n${lines.map((line) => `${line}\n`).join('')}`;
  });
  return `${head}${written.join('')}${tail}`;
}

/** The parts of a tuple. */
export interface Tuple {
  readonly action: string;
  readonly route: boolean;
  readonly protocol: string;
  readonly port: string;
  readonly to: string;
  readonly from: string;
  readonly direction: string;
  readonly interface: string | undefined;
}

/** What a tuple says. */
export function readTuple(tuple: string): Tuple {
  const [action = '', protocol = '', port = '', to = '', , from = '', ...rest] = tuple.split(' ');
  const [direction = 'in', ...name] = (rest.at(-1) ?? 'in').split('_');
  return {
    action: action.replace('route:', ''),
    route: action.startsWith('route:'),
    protocol, port, to, from, direction,
    interface: name.length === 0 ? undefined : name.join('_'),
  };
}

/** A rule in words, one line: `allow 5432/tcp from 10.0.0.0/16  # keybuzz:postgres:clients`. */
export function ruleInWords({ tuple, comment }: UfwRule): string {
  const { action, route, protocol, port, to, from, direction, interface: name } = readTuple(tuple);
  const anywhere = (address: string): boolean => address === '0.0.0.0/0' || address === '::/0';
  const service = port === 'any' ? (protocol === 'any' ? 'anything' : protocol) : `${port.replace(':', '-')}${protocol === 'any' ? '' : `/${protocol}`}`;
  return [
    `${action}${route ? ' routed' : ''}${direction === 'out' ? ' out' : ''} ${service}`,
    ...(anywhere(to) ? [] : [`to ${to}`]),
    `from ${from === '::/0' ? 'anywhere (IPv6)' : from === '0.0.0.0/0' ? 'anywhere' : from}`,
    ...(name === undefined ? [] : [`on ${name}`]),
    ...(comment === '' ? [] : [` # ${comment}`]),
  ].join(' ');
}
