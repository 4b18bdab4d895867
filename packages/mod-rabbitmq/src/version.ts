import { Failure } from '@keybuzz/sdk';

/** The package that brings the node. */
export const nodePackage = 'rabbitmq-server';

/** Into which series a running cluster of each may be taken, one node after the other (rabbitmq.com/docs/upgrade); never back. */
const paths: Readonly<Record<string, readonly string[]>> = { '3.13': ['4.0', '4.1', '4.2'], '4.0': ['4.1', '4.2'], '4.1': ['4.2'] };

/** What RabbitMQ calls itself in that version of the package: `4.0.5` of `4.0.5-6`. */
export function upstreamOf(version: string): string {
  return version.replace(/^\d+:/, '').replace(/[-+~].*$/, '');
}

/** The nodes' data can be taken from the one version to the other. Throws Failure `unsafe` that names both, and the way there if there is one. */
export function refuseJump(from: string, to: string): void {
  const [now, wanted] = [from, to].map((version) => upstreamOf(version).split('.').map(Number)) as [number[], number[]];
  const [series, next] = [now, wanted].map(([major, minor]) => `${major}.${minor}`) as [string, string];
  if (series === next && !((wanted[2] ?? Infinity) < (now[2] ?? 0))) return;
  if (paths[series]?.includes(next) === true) return;
  const by = paths[series]?.findLast((each) => paths[each]?.includes(next) === true);
  throw new Failure('unsafe', `RabbitMQ ${from} cannot be taken to ${to}: ${series === next || older(wanted, now) ? 'there is no way back to an older version' : 'this is no path that is known to keep the data'}; nothing was touched`, {
    next: by === undefined ? `set upstream.packageVersion to a version of ${[series, ...(paths[series] ?? [])].join(', ')}` : `set upstream.packageVersion to the newest ${by} first, roll that out, and then this`,
  });
}

function older([major = 0, minor = 0]: readonly number[], [major2 = 0, minor2 = 0]: readonly number[]): boolean {
  return major < major2 || (major === major2 && minor < minor2);
}
