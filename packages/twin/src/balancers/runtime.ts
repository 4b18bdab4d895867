import { connect } from 'node:net';

/** What HAProxy answers on its runtime socket; undefined when nobody answers within a second. */
export async function askHaproxy(socket: string, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const wire = connect(socket);
    const heard: Buffer[] = [];
    const silent = (): void => {
      wire.destroy();
      resolve(undefined);
    };
    wire.setTimeout(1000, silent);
    wire.on('error', silent);
    wire.on('data', (chunk: Buffer) => heard.push(chunk));
    wire.on('end', () => resolve(Buffer.concat(heard).toString()));
    wire.write(`${command}\n`);
  });
}

/** The mark of the configuration that the answering HAProxy runs with; undefined when none answers. */
export async function runningMark(socket: string): Promise<string | undefined> {
  const answer = await askHaproxy(socket, 'show info');
  return answer === undefined ? undefined : /^description: (\S+)$/mu.exec(answer)?.[1];
}

/** A target of one service as the load balancer sees it. */
export type TargetState = { readonly port: number; readonly target: string; readonly up: boolean };

/** The targets in HAProxy's `show stat`, a CSV whose header names its columns. */
export function targetStates(csv: string): TargetState[] {
  const [header = '', ...lines] = csv.trim().split('\n');
  const columns = header.replace(/^# /u, '').split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [columns[i], value])));
  // 2 is a server; 0 and 1 are the sums of a frontend and of a backend. "UP 1/2" is up and has just failed a check.
  return rows.flatMap((row) => (row['type'] === '2' ? [{ port: Number(row['pxname']), target: row['svname'] ?? '', up: /^(UP|no check)/u.test(row['status'] ?? '') }] : []));
}
