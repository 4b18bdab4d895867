import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { InventoryError } from '../../src/inventory/index.ts';
import { errorOf, header, other, problemsOf, row, tsv } from './rows.ts';

/** Where a column of the usual row starts. */
const at = (column: string, text: string = row()): number => text.split('\t').slice(0, header.split('\t').indexOf(column)).join('\t').length + 2;

describe('a row of servers.tsv is refused', () => {
  it.each([
    ['IP_PRIVEE', '10.0.0.999', '"10.0.0.999" is not an IPv4 address: write four numbers from 0 to 255'],
    ['IP_PRIVEE', '10.0.0.012', '"10.0.0.012" is not an IPv4 address'],
    ['IP_PRIVEE', '10.0.0', '"10.0.0" is not an IPv4 address'],
    ['IP_PRIVEE', '10.0.0.1/24', '"10.0.0.1/24" is not an IPv4 address'],
    ['IP_PRIVEE', 'fd00::1', '"fd00::1" is not an IPv4 address'],
    ['IP_PRIVEE', '', 'empty: write an address of 10.0.0.0/16'],
    ['IP_PRIVEE', '192.168.0.4', '192.168.0.4 is outside of the private network 10.0.0.0/16: correct it, or set privateNetwork in the stack'],
    ['IP_PRIVEE', '10.1.0.0', '10.1.0.0 is outside of the private network 10.0.0.0/16'],
    ['IP_PRIVEE', '10.0.0.0', '10.0.0.0 is the network address of 10.0.0.0/16: take one between 10.0.0.1 and 10.0.255.254'],
    ['IP_PRIVEE', '10.0.255.255', '10.0.255.255 is the broadcast address of 10.0.0.0/16'],
    ['IP_PUBLIQUE', '198.51.100', '"198.51.100" is not an IPv4 address'],
    ['IP_PUBLIQUE', '10.0.0.7', '10.0.0.7 belongs to the private network 10.0.0.0/16: write it in IP_PRIVEE'],
    ['HOSTNAME', '', 'empty: write a name such as db-master-01'],
    ['HOSTNAME', 'DB-01', '"DB-01" is no host name: write db-01'],
    ['HOSTNAME', 'db_01', '"db_01" is no host name: use at most 63 of a-z, 0-9 and -'],
    ['HOSTNAME', '-db', '"-db" is no host name'],
    ['HOSTNAME', 'db-01.keybuzz.io', '"db-01.keybuzz.io" is no host name: write db-01 here and the rest in FQDN'],
    ['HOSTNAME', 'a'.repeat(64), 'is no host name'],
    ['HOSTNAME', '$(reboot)', '"$(reboot)" is no host name'],
    ['FQDN', 'db1 keybuzz.io', '"db1 keybuzz.io" is no DNS name: write one such as db1.keybuzz.io'],
    ['USER_SSH', 'root;id', '"root;id" is no user name'],
    ['POOL', 'db pool', '"db pool" is not one word'],
    ['DOCKER_STACK', 'a/b', '"a/b" is not one word'],
    ['ROLE', 'reddis', 'unknown role "reddis" (did you mean redis?): write one of k3s, db, db_proxy, redis, queue, storage, lb'],
    ['ROLE', '', 'unknown role "": write one of k3s'],
    ['ROLE', 'constructor', 'unknown role "constructor"'],
    ['SUBROLE', 'postgre', 'role db has no subrole "postgre" (did you mean postgres?): write one of postgres, mariadb'],
    ['SUBROLE', 'rabbitmq', 'role db has no subrole "rabbitmq" (did you mean queue/rabbitmq?): write one of postgres, mariadb'],
    ['SUBROLE', '', 'empty, but role db has several: write one of postgres, mariadb'],
    ['CORE', 'maybe', '"maybe" is neither yes nor no: write one of the two'],
    ['CORE', '', 'empty: write yes or no'],
    ['ENV', '', 'empty: write the environment the row belongs to, such as prod'],
  ])('for %s %j', (column, value, message) => {
    const { problems } = errorOf(tsv(other(), row({ [column]: value })));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'servers.tsv', line: 3, column: column === 'ENV' ? 1 : at(column), field: column });
    expect(problems[0]?.message).toContain(message);
  });

  it('when its name, its private or its public address is already taken, telling by whom', () => {
    expect(problemsOf(tsv(row(), other({ HOSTNAME: 'db-01' })))).toEqual(['3:20 HOSTNAME: db-01 is already on line 2: give one of the two another']);
    expect(problemsOf(tsv(row(), other({ IP_PRIVEE: '10.0.0.120' })))).toEqual(['3:26 IP_PRIVEE: 10.0.0.120 is already on line 2 (db-01): give one of the two another']);
    expect(problemsOf(tsv(row(), '', other({ IP_PUBLIQUE: '198.51.100.18' })))).toEqual(['4:6 IP_PUBLIQUE: 198.51.100.18 is already on line 2 (db-01): give one of the two another']);
  });

  it('when it has too few fields, at its end', () => {
    expect(problemsOf(tsv(row(), 'prod\t198.51.100.19\tdb-02'))).toEqual(['3:25 -: 3 fields, but the header has 12 columns: a tab or a value is missing']);
    const shifted = other().replace('\troot', '');
    expect(problemsOf(tsv(row(), shifted))).toEqual([`3:${shifted.length + 1} -: 11 fields, but the header has 12 columns: a tab or a value is missing`]);
  });

  it('when it has too many, at the first that has no column', () => {
    expect(problemsOf(tsv(row(), `${other()}\tmore\tand more`))).toEqual([`3:${other().length + 2} -: 14 fields, but the header has 12 columns: remove a tab, or the text after the last column`]);
  });

  it('at the column where its value starts, blanks and a byte-order mark not counted', () => {
    expect(problemsOf(`\ufeff${tsv(row({ CORE: '  maybe ' }))}`)).toEqual([`2:${at('CORE') + 2} CORE: "maybe" is neither yes nor no: write one of the two`]);
    expect(problemsOf(Buffer.from(`\ufeff${tsv(row({ CORE: 'maybe' }))}`))).toEqual([`2:${at('CORE')} CORE: "maybe" is neither yes nor no: write one of the two`]);
  });
});

describe('a servers.tsv is refused', () => {
  it.each([
    ['', '1:1 -: the file is empty: write the header row ENV<TAB>IP_PUBLIQUE<TAB>HOSTNAME'],
    ['\ufeff\r\n# only this\r\n', '1:1 -: the file is empty'],
    [`${header}\n`, '2:1 -: no row for environment prod: write a row for each server below the header'],
    [`${row()}\n`, '1:1 -: no header row: write ENV<TAB>IP_PUBLIQUE<TAB>HOSTNAME<TAB>IP_PRIVEE<TAB>FQDN<TAB>USER_SSH<TAB>POOL<TAB>ROLE<TAB>SUBROLE<TAB>DOCKER_STACK<TAB>CORE<TAB>NOTES as the first line'],
    [tsv(row()).replaceAll('\t', ';'), '1:1 -: columns are separated by semicolons: separate them by tabs'],
    [tsv(row()).replaceAll('\t', ','), '1:1 -: columns are separated by commas: separate them by tabs'],
    [tsv(row()).replaceAll('\t', '  '), '1:1 -: columns are separated by blanks: separate them by tabs'],
    [tsv(row({ ENV: 'staging' }), other({ ENV: 'dev' })), '2:1 ENV: no row is of environment prod: the file has staging, dev; set env in the stack to one of these'],
  ])('when it is %j', (text, message) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('for a missing column, once and not for every row', () => {
    const without = tsv(row(), other()).split('\n').map((line) => line.split('\t').toSpliced(10, 1).join('\t')).join('\n');
    expect(problemsOf(without)).toEqual(['1:86 CORE: missing column: add CORE to the header row and a value to every row']);
  });

  it('for a column that is unknown, with the nearest name, and for what is missing in its place', () => {
    const problems = problemsOf(tsv(row()).replace('HOSTNAME', 'HOSTNAM'));
    expect(problems[0]).toContain('1:17 HOSTNAM: unknown column (did you mean HOSTNAME?): remove it, or rename it to one of ENV, IP_PUBLIQUE');
    expect(problems[1]).toBe('1:90 HOSTNAME: missing column: add HOSTNAME to the header row and a value to every row');
    expect(problems).toHaveLength(2);
  });

  it('for a column that is there twice', () => {
    expect(problemsOf(tsv(row()).replace('NOTES', 'POOL'))).toEqual([
      '1:86 POOL: this column is there twice: remove one',
      '1:90 NOTES: missing column: add NOTES to the header row and a value to every row',
    ]);
  });

  it('with all its problems at once, in the order of the file, each on a line that an editor can jump to', () => {
    const error = errorOf(tsv(row({ CORE: 'x', IP_PRIVEE: '10.0.0.300' }), other({ ROLE: 'k9s' }), 'prod\tshort', other({ HOSTNAME: 'db-03', FQDN: '' })));
    expect(error.problems.map(({ line, field }) => [line, field])).toEqual([[2, 'IP_PRIVEE'], [2, 'CORE'], [3, 'ROLE'], [4, undefined], [5, 'IP_PUBLIQUE'], [5, 'IP_PRIVEE']]);
    const [first, ...lines] = error.message.split('\n');
    expect(first).toBe('6 problems in the inventory servers.tsv');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('servers.tsv:2:26: IP_PRIVEE: "10.0.0.300" is not an IPv4 address: write four numbers from 0 to 255 with dots between, no leading zeros');
    expect(lines[3]).toBe('servers.tsv:4:11: 2 fields, but the header has 12 columns: a tab or a value is missing');
    expect(error).toBeInstanceOf(InventoryError);
    expect(error).toBeInstanceOf(Failure);
    expect(error.kind).toBe('badConfig');
    expect(error.context.next).toBe('correct servers.tsv, then: keybuzz inventory check');
  });

  it('when the private network of the stack is none', () => {
    expect(() => problemsOf(tsv(row()), { privateNetwork: '10.0.0.5/16' })).toThrow('10.0.0.5/16 names an address inside a network: write 10.0.0.0/16 for the network');
  });

  it('for an address outside of the network that the stack names', () => {
    expect(problemsOf(tsv(row()), { privateNetwork: '172.16.0.0/12' })).toEqual([`2:26 IP_PRIVEE: 10.0.0.120 is outside of the private network 172.16.0.0/12: correct it, or set privateNetwork in the stack`]);
  });
});
