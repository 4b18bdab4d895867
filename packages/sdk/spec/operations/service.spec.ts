import { describe, expect, it } from 'vitest';
import { dropIn, masked, serviceRunning, serviceStopped, timerRunning, unitFile } from '../../src/operations/index.ts';
import { fileDigest, unitOutdated } from '../../src/facts/index.ts';
import { changes, sight, summaries, type Sight } from './changes.ts';
import { standing, unit, unknownUnit } from './sights.ts';

const stopped = { active: false, activeState: 'inactive' };
const disabled = { enabled: false, fileState: 'disabled' };

describe('serviceRunning', () => {
  it.each([
    ['is enabled and runs', {}, []],
    ['was never enabled', disabled, ['enable redis-server']],
    ['is freshly installed', { ...disabled, ...stopped }, ['enable redis-server', 'start redis-server']],
    ['is static and runs', { fileState: 'static' }, []],
    ['is masked', { ...stopped, load: 'masked', enabled: false, fileState: 'masked' } as const, ['unmask redis-server', 'enable redis-server', 'start redis-server']],
  ])('when the unit %s', (_, state, expected) => {
    expect(summaries(serviceRunning('redis-server'), [unit('redis-server', state)])).toEqual(expected);
  });

  it('shows what an order turns into what', () => {
    const [start] = serviceRunning('redis').changes(<T>() => unit('redis', { ...stopped, activeState: 'failed' })[1] as T, { touched: [] });
    expect(start!.difference).toEqual({ kind: 'value', what: 'redis', from: 'failed', to: 'running' });
    expect(start!.touches).toEqual(['unit:redis']);
  });

  it('clears the failures of a unit that failed too often', () => {
    expect(changes(serviceRunning('redis'), [unit('redis', { ...stopped, activeState: 'failed' })])[0]).toContain('systemctl reset-failed redis; systemctl start redis');
  });

  it('replaces the process that a package of the same round starts with the configuration it brings', () => {
    const [, start] = changes(serviceRunning('redis'), [unknownUnit('redis')], { touched: ['package:redis'] });
    expect(start).toContain('systemctl restart redis');
    const [, later] = changes(serviceRunning('redis'), [unknownUnit('redis')], { touched: ['package:redis'], predicted: [] });
    expect(later).toContain('systemctl start redis');
  });

  it('gives its orders to the unit and not to the alias', () => {
    const alias: Sight = [unit('sshd')[0], unit('ssh', { ...stopped, ...disabled, names: ['ssh', 'sshd'] })[1]];
    expect(summaries(serviceRunning('sshd'), [alias])).toEqual(['enable ssh', 'start ssh']);
  });

  it.each([
    ['is enabled', {}, ['disable redis']],
    ['is static, which cannot be disabled', { fileState: 'static' }, []],
  ])('wanted running but not at boot, when it %s', (_, state, expected) => {
    expect(summaries(serviceRunning('redis', { enabled: false }), [unit('redis', state)])).toEqual(expected);
  });
});

describe('timerRunning', () => {
  it.each(['backup', 'backup.timer'])('takes %s for the timer', (name) => {
    expect(summaries(timerRunning(name), [unit('backup.timer', stopped)])).toEqual(['start backup.timer']);
  });
});

describe('serviceStopped', () => {
  it.each([
    ['runs', unit('x1'), ['disable x1', 'stop x1']],
    ['is on its way up', unit('x1', { active: false, activeState: 'activating', ...disabled }), ['stop x1']],
    ['failed and is disabled', unit('x1', { active: false, activeState: 'failed', ...disabled }), []],
    ['is not known', unknownUnit('x1'), []],
  ])('when the unit %s', (_, sighted, expected) => {
    expect(summaries(serviceStopped('x1'), [sighted])).toEqual(expected);
  });

  it('leaves it enabled when only that is wanted', () => {
    expect(summaries(serviceStopped('x1', { disabled: false }), [unit('x1')])).toEqual(['stop x1']);
  });
});

describe('masked', () => {
  it.each([
    ['runs', unit('x1'), ['mask x1']],
    ['is masked', unit('x1', { ...stopped, load: 'masked' }), []],
    ['is masked but still runs', unit('x1', { load: 'masked' }), ['mask x1']],
  ])('when the unit %s', (_, sighted, expected) => {
    expect(summaries(masked('x1'), [sighted])).toEqual(expected);
  });
});

describe('unitFile and dropIn', () => {
  const same = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  const path = '/etc/systemd/system/x1.service';
  const settings = '/etc/systemd/system/x1.service.d/limits.conf';

  it.each([
    ['is as written', same, false, []],
    ['is another', 'other', false, ['change /etc/systemd/system/x1.service (0644)', 'systemctl daemon-reload']],
    ['is as written but systemd has not read it: a run was cut', same, true, ['systemctl daemon-reload']],
  ])('when the unit file %s', (_, digest, outdated, expected) => {
    expect(summaries(unitFile('x1', 'test'), [standing(path), sight(fileDigest(path), digest), sight(unitOutdated('x1.service'), outdated)])).toEqual(expected);
  });

  it('makes the folder of a drop-in and has systemd read it', () => {
    const sights = [standing(settings.replace('/limits.conf', ''), { kind: 'missing' }), standing(settings, { kind: 'missing' }), sight(fileDigest(settings), undefined), sight(unitOutdated('x1.service'), false)];
    expect(summaries(dropIn('x1', 'limits', 'test'), sights)).toEqual([
      'create /etc/systemd/system/x1.service.d/ (0755 root:root)',
      'create /etc/systemd/system/x1.service.d/limits.conf (0644)',
      'systemctl daemon-reload',
    ]);
  });
});
