import { together, type Operation } from '../converge/index.ts';
import { unit } from '../template/index.ts';
import { hostProgram, hostProgramPath } from './host-program.ts';
import { timerRunning } from './service.ts';
import { unitFile } from './unit-file.ts';

/** A program that a host runs by itself, over and over. */
export interface RunEveryOptions {
  readonly module: string;
  /** What it does, in the imperative, for systemd's lists. */
  readonly description: string;
  /** Its text, with the interpreter in the first line. */
  readonly program: string;
}

/**
 * The host runs the program at boot and then so many seconds after it last ended, as root. The journal has what it says with
 * priority notice or above (`<5>` before the line), not that it was run.
 */
export function runEvery(seconds: number, name: string, { module, description, program }: RunEveryOptions): Operation {
  return together(`the host runs ${name} every ${seconds} s`, [
    hostProgram(name, program),
    unitFile(`${name}.service`, unit({ Unit: { Description: description }, Service: { Type: 'oneshot', ExecStart: hostProgramPath(name), LogLevelMax: 'notice' } }, { module })),
    unitFile(`${name}.timer`, unit({ Unit: { Description: `Every ${seconds} s: ${description}` }, Timer: { OnBootSec: `${seconds}s`, OnUnitInactiveSec: `${seconds}s`, AccuracySec: '1s' }, Install: { WantedBy: 'timers.target' } }, { module })),
    timerRunning(name),
  ]);
}
