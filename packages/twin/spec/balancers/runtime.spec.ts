import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { askHaproxy, runningMark, targetStates } from '../../src/balancers/runtime.ts';

const socket = `${mkdtempSync(`${tmpdir()}/runtime-`)}/socket`;
const heard: string[] = [];
const server = createServer((wire) => wire.once('data', (asked: Buffer) => {
  heard.push(asked.toString());
  wire.end('Name: HAProxy\nnode: here\ndescription: 362dd2b740798e2b\n');
})).listen(socket);
afterAll(() => server.close());

describe('a running HAProxy', () => {
  it('tells by which configuration it runs', async () => {
    expect(await runningMark(socket)).toBe('362dd2b740798e2b');
    expect(heard).toEqual(['show info\n']);
  });

  it('is known to be absent when its socket is not there', async () => {
    expect(await askHaproxy(`${socket}-not`, 'show info')).toBeUndefined();
    expect(await runningMark(`${socket}-not`)).toBeUndefined();
  });
});

describe('the targets of a load balancer', () => {
  it('are the servers of its services, up until their checks have failed often enough', () => {
    const csv = `# pxname,svname,qcur,status,pid,type,
5432,FRONTEND,,OPEN,1,0,
5432,haproxy-01,0,UP 1/2,1,2,
5432,haproxy-02,0,DOWN,1,2,
5432,BACKEND,0,UP,1,1,
6379,haproxy-01,0,UP,1,2,

`;
    expect(targetStates(csv)).toEqual([
      { port: 5432, target: 'haproxy-01', up: true },
      { port: 5432, target: 'haproxy-02', up: false },
      { port: 6379, target: 'haproxy-01', up: true },
    ]);
  });
});
