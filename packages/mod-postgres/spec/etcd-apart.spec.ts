import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '@keybuzz/sdk';
import { parse } from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import { script } from '../src/etcd-apart.ts';
import { layoutOf } from '../src/layout.ts';

let folder: string;

/** One look on postgres-01: who leads what, which members cannot take the lead over, and what was asked of etcd. */
function look({ primary = true, leads = true, deaf = [] as readonly string[] } = {}): { moved: string[]; said: string } {
  const members = ['aa11, started, postgres-01, https://10.0.0.120:2380, https://10.0.0.120:2379, false', 'bb22, started, postgres-02, https://10.0.0.121:2380, https://10.0.0.121:2379, false', 'cc33, unstarted, , https://10.0.0.122:2380, , false', 'dd44, started, postgres-04, https://10.0.0.123:2380, https://10.0.0.123:2379, true', 'ee55, started, postgres-05, https://10.0.0.124:2380, https://10.0.0.124:2379, false'];
  const programs = {
    curl: `printf ${primary ? '200' : '503'}`,
    timeout: 'shift; exec "$@"',
    etcdctl: `case "$*" in
      *"endpoint status") echo 'https://10.0.0.120:2379, aa11, 3.5.16, 401 kB, ${leads}, false, 7, 1198, 1198, ' ;;
      *"member list") printf '%s\\n' ${members.map((line) => `'${line}'`).join(' ')} ;;
      *move-leader*) echo "\${@: -1}" >> ${folder}/moved; case " ${deaf.join(' ')} " in *" \${@: -1} "*) exit 1 ;; esac ;;
      *) exit 9 ;;
    esac`,
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script({ name: 'postgres-01', address: '10.0.0.120' } as Host, layoutOf(parse(config, {})))], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: `${folder}:/usr/bin:/bin` } });
  expect([status, stderr]).toEqual([0, '']);
  return { moved: existsSync(join(folder, 'moved')) ? readFileSync(join(folder, 'moved'), 'utf8').trim().split('\n') : [], said: stdout };
}

describe('the look whether one host leads PostgreSQL and etcd', () => {
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'etcd-apart-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('hands the lead of etcd to another member that runs', () => {
    expect(look()).toEqual({ moved: ['bb22'], said: '<5>PostgreSQL is led from here: etcd is now led from postgres-02\n' });
  });

  it('tries the next one when a member does not take it, but no learner and none that never ran', () => {
    expect(look({ deaf: ['bb22'] }).moved).toEqual(['bb22', 'ee55']);
  });

  it('leaves it where it is on a host that leads one of them, or neither', () => {
    expect([look({ primary: false }), look({ leads: false }), look({ primary: false, leads: false })]).toEqual(Array.from({ length: 3 }, () => ({ moved: [], said: '' })));
  });
});
