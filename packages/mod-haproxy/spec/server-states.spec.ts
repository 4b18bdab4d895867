import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { program } from '../src/server-states.ts';

const run = promisify(execFile);
const perl = '/usr/bin/perl';
if (!existsSync(perl)) process.stderr.write(`\nSKIPPED: the program for HAProxy's server states, ${perl} is not here. To run it: apt-get install perl-base\n\n`);

const fragment = `listen primary
  bind :5432
  default-server inter 1s check
  server one 10.0.0.1:5432
  server two 10.0.0.2:5432 # no check
  server free 10.0.0.3:5432 no-check weight 1
frontend web
  bind :80
backend web
  server checked web-01:80 check
  server free 10.0.0.5:80
`;
/** What HAProxy 3.0.11 answers for these servers, and for one that is no more. */
const answer = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
3 primary 1 one 10.0.0.1 2 0 1 1 95 15 3 2 6 0 0 0 - 5432 - 0 8008 - - 0
3 primary 2 two 10.0.0.2 0 1 1 1 95 13 2 0 6 0 0 0 - 5432 - 0 8008 - - 0
4 gone 1 one 10.0.0.1 2 0 1 1 95 15 3 2 6 0 0 0 - 80 - 0 0 - - 0

`;
const down = (backend: string, name: string, address: string, port: number): string => `0 ${backend} 0 ${name} ${address} 0 0 1 1 0 1 0 0 6 0 0 0 - ${port} -`;
const allDown = ['1', down('primary', 'one', '10.0.0.1', 5432), down('primary', 'two', '10.0.0.2', 5432), down('web', 'checked', 'web-01', 80)];

describe.skipIf(!existsSync(perl))('what HAProxy begins with', () => {
  let folder = '';
  let running: Server | undefined;
  const at = (name: string): string => join(folder, name);
  const written = async (): Promise<string[]> => {
    await run(perl, ['-e', program, at('socket'), at('states'), at('haproxy.cfg'), at('conf.d')]);
    return readFileSync(at('states'), 'utf8').trimEnd().split('\n');
  };
  const answering = (text: string): Promise<void> =>
    new Promise((done) => {
      running = createServer((socket) => void socket.once('data', (asked) => socket.end(String(asked) === 'show servers state\n' ? text : 'Unknown command')));
      running.listen(at('socket'), done);
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keybuzz-states-'));
    mkdirSync(at('conf.d'));
    writeFileSync(at('haproxy.cfg'), 'global\n  maxconn 10\ndefaults\n  default-server check\n');
    writeFileSync(at('conf.d/a.cfg'), fragment);
    writeFileSync(at('conf.d/.a.cfg.new'), 'listen hidden\n  server one 10.0.0.9:1 check\n');
  });
  afterEach(() => {
    running?.close();
    running = undefined;
    rmSync(folder, { recursive: true });
  });

  it('is that servers with a check are down when nothing runs, whatever was written before', async () => {
    writeFileSync(at('states'), answer);
    writeFileSync(at('states.new'), 'half of it');
    expect(await written()).toEqual(allDown);
    expect(readdirSync(folder).toSorted()).toEqual(['conf.d', 'haproxy.cfg', 'states']);
  });

  it('is what the running process knows, without what the configuration says by itself', async () => {
    await answering(answer);
    expect(await written()).toEqual(['1', '3 primary 1 one 10.0.0.1 2 0 1 1 95 15 3 2 6 0 0 0 - 5432 -', '3 primary 2 two 10.0.0.2 0 1 1 1 95 13 2 0 6 0 0 0 - 5432 -', down('web', 'checked', 'web-01', 80)]);
  });

  it('is not what it knows of another machine or port of the same name', async () => {
    await answering(answer.replace('10.0.0.1 2', '10.0.0.7 2').replace('- 5432 - 0 8008', '- 6432 - 0 8008'));
    expect((await written()).slice(1, 2)).toEqual([down('primary', 'one', '10.0.0.1', 5432)]);
  });
});
