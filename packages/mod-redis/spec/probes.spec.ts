import { describe, expect, it } from 'vitest';
import { memberProbes, type HostAnswer } from '../src/member-probes.ts';

const members = [1, 2, 3].map((number) => ({ name: `redis-0${number}`, address: `10.0.0.${number}` }));
const well = { linkUp: true, busy: false, keys: 1, usedMemory: 10, maxMemory: 100, version: '8.0.2', unsaved: [] } as const;
const known = members.slice(1).map(({ address }) => ({ ip: address, flags: 'slave' }));

const answers: readonly HostAnswer[] = members.map(({ name, address }, at) => ({
  host: name,
  server: at === 0 ? { ...well, role: 'master', masterAddress: undefined, replicas: 2 } : { ...well, role: 'replica', masterAddress: '10.0.0.1', replicas: 0 },
  sentinel: { master: { ip: '10.0.0.1', flags: 'master' }, replicas: known, sentinels: members.filter((each) => each.address !== address).map((each) => ({ ip: each.address, flags: 'sentinel' })), tilt: false },
  units: { server: 'active', sentinel: 'active' },
  disk: 20,
  unreachable: undefined,
}));

/** What is not as it should be, when the third host answers otherwise. */
const complaints = (third: Partial<HostAnswer> = {}): readonly string[] =>
  memberProbes(answers.map((answer, at) => (at === 2 ? { ...answer, ...third } : answer)), members).filter(({ status }) => status !== 'ok').map(({ title, host, seen }) => `${host ?? 'set'}: ${title}: ${seen}`);

describe('the health of a set', () => {
  it('is well when everybody says so', () => {
    expect(complaints()).toEqual([]);
  });

  it('does not take what is not known for well', () => {
    expect(complaints({ disk: undefined })).toEqual(['redis-03: disk: unknown']);
    expect(complaints({ server: undefined })).toContain('redis-03: memory: unknown');
    expect(complaints({ server: { ...well, role: 'replica', masterAddress: '10.0.0.1', replicas: 0, usedMemory: 95 } })).toEqual(['redis-03: memory: 95 %']);
  });

  it('tells of a certificate that ends soon, where there is TLS', () => {
    expect(complaints({ certificate: 90 })).toEqual([]);
    expect(complaints({ certificate: 14 })).toEqual(['redis-03: certificate: 14 days left']);
    expect(complaints({ certificate: undefined })).toEqual(['redis-03: certificate: none']);
  });

  it('names strangers among the Sentinels', () => {
    const sentinel = answers[2]?.sentinel;
    const sentinels = [...(sentinel?.sentinels ?? []), { ip: '10.0.0.9', port: '26379', flags: 'sentinel' }];
    expect(complaints({ sentinel: sentinel === undefined ? undefined : { ...sentinel, sentinels } })).toEqual(['redis-03: its Sentinel hears the others: 3', 'redis-03: its Sentinel knows no stranger: the Sentinel 10.0.0.9:26379']);
  });
});
