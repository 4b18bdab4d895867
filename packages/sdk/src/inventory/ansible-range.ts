const most = 1024;

/** The names that an Ansible host pattern such as `db-[01:03]` or `[a:c]-[1:9:2]` stands for; undefined when a range cannot be read or gives more than 1024. */
export function expandRange(pattern: string): readonly string[] | undefined {
  const found = /\[([^\]]*)\]/.exec(pattern);
  if (found === null) return /[[\]]/.test(pattern) ? undefined : [pattern];
  const tails = expandRange(pattern.slice(found.index + found[0].length));
  const values = valuesOf(found[1] ?? '');
  if (tails === undefined || values === undefined || values.length * tails.length > most) return undefined;
  const head = pattern.slice(0, found.index);
  return values.flatMap((value) => tails.map((tail) => head + value + tail));
}

function valuesOf(range: string): readonly string[] | undefined {
  const [, from = '', to = '', step = '1'] = /^(\d+|[a-z]|[A-Z]):(\d+|[a-z]|[A-Z])(?::(\d+))?$/.exec(range) ?? [];
  const numbers = /^\d+$/.test(from) && /^\d+$/.test(to);
  const letters = /^([a-z]{2}|[A-Z]{2})$/.test(from + to);
  if ((!numbers && !letters) || (numbers && from.startsWith('0') && from.length > 1 && from.length !== to.length)) return undefined;
  const [first, last] = numbers ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const by = Number(step);
  if (by < 1 || first > last || (last - first) / by >= most) return undefined;
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, i) => {
    const value = first + i * by;
    return numbers ? String(value).padStart(from.startsWith('0') ? from.length : 1, '0') : String.fromCharCode(value);
  });
}
