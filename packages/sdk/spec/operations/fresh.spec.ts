import { describe, expect, it } from 'vitest';
import { fileVersion } from '../../src/facts/index.ts';
import { fingerprint } from '../../src/facts/file-versions.ts';
import type { Turn } from '../../src/converge/index.ts';
import { fresh } from '../../src/operations/index.ts';
import { sh } from '../../src/command/index.ts';
import { changes, decided, sight, summaries, type Sight } from './changes.ts';
import { unit, unknownUnit } from './sights.ts';

const conf = '/etc/x1.conf';
const own = '/etc/systemd/system/x1.service';
const at = (path: string, modified: string): Sight => sight(fileVersion(path), { path, modified, target: '' });
const note = (target = ''): Sight => sight(fileVersion('/run/keybuzz/fresh/x1'), { path: '/run/keybuzz/fresh/x1', modified: '', target });
const wanted = fresh('x1', { files: [conf] });
const reloading = fresh('x1', { files: [conf, own], reload: true });
const inactive = { active: false, activeState: 'inactive' };

// The unit of these tables started at second 100.
describe('fresh', () => {
  it.each([
    ['started after its file was written', [unit('x1'), at(conf, '99.9999999990')], []],
    ['started in the nanosecond its file was written', [unit('x1'), at(conf, '100.0000000000')], []],
    ['is a nanosecond older than its file', [unit('x1'), at(conf, '100.0000000010')], ['restart x1: /etc/x1.conf changed']],
    ['does not run', [unit('x1', inactive), at(conf, '200.0')], []],
    ['is not known', [unknownUnit('x1'), at(conf, '200.0')], []],
    ['has no file', [unit('x1'), at(conf, '')], []],
  ])('when the unit %s', (_, sights, expected) => {
    expect(summaries(wanted, [note(), ...sights])).toEqual(expected);
  });

  it('is content when the unit was told to read exactly this version, whatever the clock says', () => {
    const version = at(conf, '999999.0');
    const told = fingerprint([{ path: conf, modified: '999999.0', target: '' }]);
    expect(changes(wanted, [unit('x1'), version, note(told)])).toEqual([]);
    expect(summaries(wanted, [unit('x1'), at(conf, '999999.0000000010'), note(told)])).toEqual(['restart x1: /etc/x1.conf changed']);
  });

  it.each<[string, Turn, string[]]>([
    ['the file changes in this round', { touched: [`file:${conf}`] }, ['restart x1: /etc/x1.conf changed']],
    ['something else changes', { touched: ['file:/etc/x1.conf.d', 'file:/etc/x1.config', `mode:${conf}`] }, []],
    ['the unit is started after the change', { touched: [`file:${conf}`, 'unit:x1'] }, []],
    ['the unit is started before the change', { touched: ['unit:x1', `file:${conf}`] }, ['restart x1: /etc/x1.conf changed']],
    ['the facts show the change already', { touched: [`file:${conf}`], predicted: [] }, []],
  ])('when %s', (_, turn, expected) => {
    expect(summaries(wanted, [unit('x1'), at(conf, '1.0'), note()], turn)).toEqual(expected);
  });

  it('leaves a unit alone that did not run, whose files were written since it last did, and that this round starts', () => {
    expect(summaries(reloading, [unit('x1', inactive), at(conf, '200.0'), at(own, '1.0'), note()], { touched: ['unit:x1'] })).toEqual([]);
    expect(summaries(reloading, [unit('x1', inactive), at(conf, '200.0'), at(own, '1.0'), note()], { touched: ['unit:x1', `file:${conf}`] })).toHaveLength(1);
  });

  it('has a unit told by a command of ours, which it notes under a name of its own and which is no start', () => {
    const telling = fresh('x1', { files: [conf], reload: { by: sh`tell x1`.stdin('secret'), noted: 'users' } });
    const noted = (target = ''): Sight => sight(fileVersion('/run/keybuzz/fresh/x1.users'), { path: '/run/keybuzz/fresh/x1.users', modified: '', target });
    const [told] = decided(telling, [unit('x1'), at(conf, '200.0'), noted()]);
    expect([told?.summary, told?.touches, told?.command.input]).toEqual(['users of x1: /etc/x1.conf changed', [], 'secret']);
    expect(told?.command.text).toMatch(/^versions=.* && tell x1 && .* \/run\/keybuzz\/fresh\/x1\.users$/);
    const versions = fingerprint([{ path: conf, modified: '200.0', target: '' }]);
    expect(changes(telling, [unit('x1'), at(conf, '200.0'), noted(versions)])).toEqual([]);
    expect(changes(telling, [unit('x1', inactive), at(conf, '200.0'), noted()])).toEqual([]);
  });

  it('restarts a unit that this round starts before its file changes', () => {
    const turn = { touched: ['unit:x1', `file:${conf}`] };
    expect(summaries(wanted, [unit('x1', inactive), at(conf, ''), note()], turn)).toEqual(['restart x1: /etc/x1.conf changed']);
  });

  it('knows a unit that was started under another of its names', () => {
    const turn = { touched: [`file:${conf}`, 'unit:alias'] };
    expect(changes(wanted, [unit('x1', { names: ['x1', 'alias'] }), at(conf, '1.0'), note()], turn)).toEqual([]);
  });

  it.each([
    ['its configuration changed', unit('x1'), { conf: '200.0', own: '1.0' }, ['reload x1: /etc/x1.conf changed']],
    ['its unit file changed', unit('x1'), { conf: '1.0', own: '200.0' }, [`restart x1: ${own} changed`]],
    ['both changed', unit('x1'), { conf: '200.0', own: '200.0' }, [`restart x1: /etc/x1.conf, ${own} changed`]],
    ['it cannot reload', unit('x1', { canReload: false }), { conf: '200.0', own: '1.0' }, ['restart x1: /etc/x1.conf changed']],
  ])('of a unit that reloads, when %s', (_, sighted, modified, expected) => {
    expect(summaries(reloading, [sighted, at(conf, modified.conf), at(own, modified.own), note()])).toEqual(expected);
  });

  it('counts what comes and goes in a folder it names', () => {
    const folder = fresh('x1', { files: ['/etc/x1.d'] });
    const turn = { touched: ['file:/etc/x1.d/site.conf'] };
    expect(summaries(folder, [unit('x1'), at('/etc/x1.d', '1.0'), note()], turn)).toEqual(['restart x1: /etc/x1.d changed']);
  });

  it('notes the versions it saw before the order, and only if the order was obeyed', () => {
    const [change] = decided(wanted, [unit('x1'), at(conf, '200.0'), note()]);
    expect(change!.command.text).toMatch(/^\{ versions=\$\(find -L \/etc\/x1\.conf .*\) && systemctl restart x1 && mkdir -p \/run\/keybuzz\/fresh && ln -sfn "\$versions" \/run\/keybuzz\/fresh\/x1 \|\|/);
    expect(change!.touches).toEqual(['unit:x1']);
  });
});
