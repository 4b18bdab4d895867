import { describe, expect, it } from 'vitest';
import { Failure, sh } from '../../src/command/index.ts';
import { read, reader, type Fact } from '../../src/converge/index.ts';
import { fileDigest, pathState, fileLines, unitState } from '../../src/facts/index.ts';
import { fakeHost, type FakeHost } from '../../src/testing/index.ts';

/** The facts asked by two at the same moment, as two modules do in a plan. */
async function bothAsk(host: FakeHost, good: Fact<unknown>, bad: Fact<unknown>): Promise<[unknown, unknown]> {
  const [first, second] = await Promise.allSettled([read(host, [good]), read(host, [bad])]);
  return [first.status === 'fulfilled' ? first.value(good) : first.reason, second.status === 'fulfilled' ? 'was read' : (second.reason as Error).message];
}

const lengths = reader<number>({
  name: 'lengths',
  command: (keys) => {
    if (keys.includes('bad')) throw new Failure('badConfig', 'bad is no word');
    return sh`echo ${keys}`;
  },
  parse: ({ stdout }, keys) => new Map(keys.map((key) => [key, key === 'odd' ? new Error('cannot count odd') : stdout.length])),
});

describe('facts that are read together', () => {
  it('are one command for all keys of a reader', async () => {
    const host = fakeHost();
    await Promise.all([read(host, [lengths('a')]), read(host, [lengths('b')])]);
    expect(host.transcript.map(({ command }) => command)).toEqual(['echo a b']);
  });

  it('are read although the reader refuses the key of another', async () => {
    expect(await bothAsk(fakeHost(), lengths('good'), lengths('bad'))).toEqual([5, 'bad is no word']);
    expect(await bothAsk(fakeHost(), fileLines('/proc/sys/vm/swappiness'), fileLines('no name'))).toEqual([new Map([['/proc/sys/vm/swappiness', ['60']]]), expect.stringContaining('no name is no pattern of paths')]);
  });

  it('are read although another key has no answer', async () => {
    expect(await bothAsk(fakeHost(), lengths('good'), lengths('odd'))).toEqual([9, 'could not read lengths: cannot count odd']);
  });
});

describe('a host that cannot tell of one thing tells of the others', () => {
  const answered = <T>(facts: readonly Fact<T>[], answer: { code?: number; stdout: string; stderr: string }): unknown[] => {
    const keys = facts.map(({ key }) => key);
    const values = facts[0]!.reader.parse({ code: 1, ...answer }, keys);
    return keys.map((key) => values.get(key));
  };

  it('paths', () => {
    const found = answered(['/ok', '/ok/disk', '/none'].map(pathState), { stdout: '/ok\0d\x00755\0root\0root\x000\x000\0\0full\0', stderr: "find: '/ok/disk': Input/output error\nfind: '/none': No such file or directory\n" });
    expect(found).toMatchObject([{ kind: 'directory' }, new Error("find: '/ok/disk': Input/output error"), { kind: 'missing' }]);
  });

  it('contents of files, and a disk error is not taken for a missing file', () => {
    const digest = 'a'.repeat(64);
    expect(answered(['/ok', '/ok/disk'].map(fileDigest), { stdout: `${digest}  /ok\0`, stderr: 'sha256sum: /ok/disk: Input/output error\n' })).toEqual([digest, new Error('sha256sum: /ok/disk: Input/output error')]);
  });

  it('units', () => {
    const stdout = '\nId=ssh.service\nNames=ssh.service\nLoadState=loaded\nActiveState=active\n';
    expect(answered(['ssh', 'x/y'].map(unitState), { stdout, stderr: 'Failed to get properties: Unit name x/y.service is not valid.\n' })).toMatchObject([{ id: 'ssh' }, new Error('systemd says nothing of x/y: Failed to get properties: Unit name x/y.service is not valid.')]);
  });
});
