import { credentialsOf, didYouMean, Failure, storeName, type Port } from '@keybuzz/sdk';
import { loadStack } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';

/** Everything the stack puts on one host was printed; no host was asked. */
export async function explain(name: string, options: Options): Promise<number> {
  const { inventory, uses: all } = await loadStack(options);
  const host = inventory.hosts.find((h) => h.name === name);
  if (host === undefined) throw new Failure('badConfig', `no host ${name}${didYouMean(name, inventory.hosts.map((h) => h.name))} in ${inventory.file}`, { next: 'keybuzz graph' });
  const uses = all.filter((u) => u.hosts.includes(host) || u.ports.some((p) => p.hosts.includes(host)));
  const modules = uses.map((u) => ({
    name: u.module.name,
    summary: u.module.definition.summary,
    requires: u.module.definition.requires.map((r) => r.name),
    ports: u.ports.filter((p) => p.hosts.includes(host)).map(({ port, protocol, from, purpose }) => ({ port, protocol, from, purpose })),
    credentials: !u.hosts.includes(host) ? [] : Object.keys(credentialsOf(u)).map((key) => storeName(u.module.name, key)),
    config: u.config,
  }));
  if (options.json === true) process.stdout.write(`${JSON.stringify({ host, modules })}\n`);
  else process.stdout.write(explained({ host, modules }));
  return exit.done;
}

type Explained = { host: { name: string; address: string; publicAddress: string | undefined; role: string; subrole: string | undefined; notes: string; source: { file: string; line: number } }; modules: readonly { name: string; summary: string; requires: readonly string[]; ports: readonly Port[]; credentials: readonly string[] }[] };

function explained({ host, modules }: Explained): string {
  const blocks = modules.map((m) =>
    [
      `${m.name}: ${m.summary}`,
      `  after        ${m.requires.length === 0 ? 'nothing' : m.requires.join(', ')}`,
      ...m.ports.map((p) => `  listens on   ${portText(p)}`),
      ...m.credentials.map((c) => `  credential   ${c}`),
    ].join('\n'),
  );
  const role = host.subrole === undefined ? host.role : `${host.role}/${host.subrole}`;
  return `${host.name}  ${host.address}  ${host.publicAddress ?? 'no public address'}  ${role}\n${host.notes}\n(${host.source.file}:${host.source.line})\n\n${blocks.join('\n')}\n`;
}

function portText({ port, protocol, from, purpose }: Port): string {
  const ports = typeof port === 'number' ? String(port) : port.join('-');
  return `${ports}/${protocol} ${purpose}, from ${typeof from === 'string' ? from : from.join(', ')}`;
}
