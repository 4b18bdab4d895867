import { describe, expect, it } from 'vitest';
import { fileDigest, fileText, fileVersion, pathState } from '../../src/facts/index.ts';
import { fingerprint, nanoseconds } from '../../src/facts/file-versions.ts';
import { readFrom } from '../recorded.ts';

const odd = "/srv/fx/it's a dir/new\nline";

describe('pathState', () => {
  it('reads kind, mode, owner and target of every path, odd names and missing ones included', () => {
    const paths = [odd, "/srv/fx/it's a dir", '/srv/fx/empty', '/srv/fx/plain', '/srv/fx/link', '/srv/fx/pipe', '/srv/fx/none', '/srv/fx/plain/below'];
    const root = { user: 'root', group: 'root', uid: '0', gid: '0', target: '' };
    const missing = { kind: 'missing', mode: 0, user: '', group: '', uid: '', gid: '', target: '', empty: true };
    expect(readFrom('debian-13/paths', paths.map(pathState))).toEqual([
      { ...root, kind: 'file', mode: 0o644, empty: false },
      { ...root, kind: 'directory', mode: 0o755, empty: false },
      { ...root, kind: 'directory', mode: 0o755, empty: true },
      { kind: 'file', mode: 0o755, user: '4711', group: 'adm', uid: '4711', gid: '4', target: '', empty: false },
      { ...root, kind: 'symlink', mode: 0o777, target: "it's a dir", empty: false },
      { ...root, kind: 'other', mode: 0o644, empty: false },
      missing,
      missing,
    ]);
  });

  it('does not take what it may not look at for missing', () => {
    const answer = { code: 1, stdout: '', stderr: "find: '/root/x': Permission denied\n" };
    expect(pathState('/root/x').reader.parse(answer, ['/root/x']).get('/root/x')).toEqual(new Error("find: '/root/x': Permission denied"));
  });
});

describe('fileDigest', () => {
  it('digests regular files only', () => {
    const paths = [odd, '/srv/fx/empty', '/srv/fx/pipe', '/srv/fx/none', '/srv/fx/plain'];
    expect(readFrom('debian-13/file-digests', paths.map(fileDigest))).toEqual([
      '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
      undefined,
      undefined,
      undefined,
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    ]);
  });
});

describe('fileText', () => {
  it('shows text, notes what is binary, and has nothing for a missing file', () => {
    const paths = [odd, '/srv/fx/bin', '/srv/fx/none', '/srv/fx/plain'];
    expect(readFrom('debian-13/file-texts', paths.map(fileText))).toEqual(['hello\n', '(binary, 5 bytes)\n', '', 'x']);
  });
});

describe('fileVersion', () => {
  it('follows links, and tells where one leads that leads nowhere', () => {
    const paths = ['/srv/fx/plain', '/srv/fx/link', '/srv/fx/broken', '/srv/fx/none'];
    const [plain, link, broken, none] = readFrom('debian-13/file-versions', paths.map(fileVersion));
    expect(nanoseconds(plain!.modified)).toBeGreaterThan(1_795_000_000_000_000_000n);
    expect(link!.target).toBe('');
    expect(broken!.target).toBe('nowhere');
    expect(none).toEqual({ path: '/srv/fx/none', modified: '', target: '' });
  });

  it('keeps every nanosecond', () => {
    expect(nanoseconds('1795454285.7177867190')).toBe(1_795_454_285_717_786_719n);
  });

  it('gives the same fingerprint as the host, whatever is missing', () => {
    const versions = [{ path: '/a b', modified: '1.0000000010', target: '' }, { path: '/none', modified: '', target: '' }];
    // printf '%s %s\n' '/a b' 1.0000000010 | sha256sum
    expect(fingerprint(versions)).toBe('57a661c32cac21d0b5e6121c05fca0c8549baab5c1c74db4bfe6a570226188c0');
  });
});
