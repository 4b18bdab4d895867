import { sh } from '../command/index.ts';
import { operation, predicted, type Change, type Operation, type Turn } from '../converge/index.ts';
import { short } from '../facts/unit-name.ts';
import { unitState, type UnitState } from '../facts/units.ts';
import { order, orJournal, unitName } from './systemctl.ts';

/** How a service is kept running. */
export interface ServiceOptions {
  /** It starts at boot (default), or with false it does not. */
  readonly enabled?: boolean;
  /** Milliseconds it may take to start; 120 000 by default. */
  readonly within?: number;
}

/** The unit runs, and comes back after a reboot unless `enabled` is false. */
export function serviceRunning(unit: string, options: ServiceOptions = {}): Operation {
  const { enabled = true, within = 120_000 } = options;
  return operation({
    title: `${short(unit)} is ${enabled ? 'enabled and running' : 'running, not enabled'}`,
    look: { now: unitState(unit) },
    change: ({ now }, turn) => {
      const name = unitName(unit, now);
      return [
        now.load === 'masked' && order(sh`systemctl unmask ${name}`, { summary: `unmask ${name}`, what: name, from: 'masked', to: 'free to start' }),
        (enabled ? !now.enabled : bootsUp(now)) && switched(name, { enabled, from: now.fileState }),
        !now.active && started(name, { now, turn, within }),
      ];
    },
  });
}

/** The timer ticks, and does so after a reboot. */
export function timerRunning(timer: string): Operation {
  return serviceRunning(`${timer.replace(/\.timer$/, '')}.timer`);
}

/** The unit does not run; it does not start at boot either, unless `disabled` is false. A unit that is not known is stopped. */
export function serviceStopped(unit: string, options: { disabled?: boolean } = {}): Operation {
  const { disabled = true } = options;
  return operation({
    title: `${short(unit)} is ${disabled ? 'stopped and disabled' : 'stopped'}`,
    look: { now: unitState(unit) },
    change: ({ now }) => {
      const name = unitName(unit, now);
      return [
        disabled && bootsUp(now) && switched(name, { enabled: false, from: now.fileState }),
        !['inactive', 'failed'].includes(now.activeState) && order(sh`systemctl stop ${name}`, { summary: `stop ${name}`, what: name, from: now.activeState, to: 'stopped', touches: [`stopped:${name}`] }),
      ];
    },
  });
}

/** The unit cannot be started by anybody or anything; it is stopped if it runs. */
export function masked(unit: string): Operation {
  return operation({
    title: `${short(unit)} is masked`,
    look: { now: unitState(unit) },
    change: ({ now }) => [
      (now.load !== 'masked' || now.active) && order(sh`systemctl mask --now ${unitName(unit, now)}`, { summary: `mask ${short(unit)}`, what: short(unit), from: now.activeState, to: 'masked' }),
    ],
  });
}

// A static or generated unit cannot be disabled, only masked.
const bootsUp = ({ fileState }: UnitState): boolean => ['enabled', 'enabled-runtime'].includes(fileState);

function switched(name: string, { enabled, from }: { enabled: boolean; from: string }): Change {
  const verb = enabled ? 'enable' : 'disable';
  return order(sh`systemctl ${verb} --quiet ${name}`, { summary: `${verb} ${name}`, what: `${name} at boot`, from: from || 'unknown', to: `${verb}d` });
}

function started(name: string, about: { now: UnitState; turn: Turn; within: number }): Change {
  const { now, turn, within } = about;
  // A package installed in this run may have started it with the configuration it brought; `start` would leave that process running.
  const verb = predicted(turn).some((touch) => touch.startsWith('package:')) ? 'restart' : 'start';
  const begin = sh`systemctl ${verb} ${name}`;
  // systemd refuses to start what failed too often, however good its configuration has become.
  const command = now.activeState === 'failed' ? sh`systemctl reset-failed ${name}; ${begin}` : begin;
  return order(orJournal(command, name), { summary: `start ${name}`, what: name, from: now.activeState, to: 'running', touches: [`unit:${name}`], within });
}
