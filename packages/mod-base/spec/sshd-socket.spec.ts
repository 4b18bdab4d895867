import { describe, expect, it } from 'vitest';
import { parse } from 'valibot';
import { changes } from '@keybuzz/sdk/testing';
import { config } from '../src/config.ts';
import { hardenedSsh } from '../src/sshd.ts';
import { deaf, socketOn } from '../src/sshd-socket.ts';

const answered = (stdout: string): boolean => deaf(2222).reader.parse({ code: 0, stdout, stderr: '' }, [deaf(2222).key]).get(deaf(2222).key) as boolean;
const wanted = (elsewhere: boolean): readonly string[] => changes(socketOn(2222), [[deaf(2222), elsewhere]]);

describe('the socket that systemd holds for sshd on Ubuntu 24.04', () => {
  it('is asked for only where there is one, and only for the port', () => {
    expect(deaf(2222).reader.command([]).text).toBe("[ ! -L /etc/systemd/system/ssh.service.requires/ssh.socket ] || ss -Hltn 'sport = :2222' | grep -q . || echo deaf");
  });

  it.each([
    ['there is none, or it listens there', '', []],
    ['it listens elsewhere', 'deaf\n', ['systemctl daemon-reload && systemctl restart ssh.socket']],
  ])('is renewed when %s: %j', (_, stdout, found) => {
    expect(wanted(answered(stdout))).toEqual(found);
  });

  it('is renewed under the guard that also takes the file back, and goes back with it', () => {
    const guarded = hardenedSsh(parse(config, { ssh: { port: 2222 } }).ssh).find(({ guard }) => guard !== undefined);
    expect(guarded?.facts).toContainEqual(expect.objectContaining({ key: deaf(2222).key }));
    expect(guarded?.guard?.arm.text).toMatch(/systemctl reload ssh; if \[ -L \S+ssh\.socket \]; then systemctl daemon-reload && systemctl restart ssh\.socket; fi/);
  });
});
