import { installPackages } from './machine-packages.ts';
import { checkMachine, type MachineCheck } from './requirements.ts';

/** The Debian packages that a twin lacked here are installed, and said so, without a service of theirs running; whether a twin can run now, and if not, why. */
export async function readyMachine(say: (line: string) => void, { check, install } = { check: checkMachine, install: installPackages }): Promise<MachineCheck> {
  const machine = await check();
  if (machine.ok || machine.missing.length === 0) return machine;
  say(`installing what a twin needs: ${machine.missing.join(' ')}`);
  try {
    await install(machine.missing);
  } catch (error) {
    return { ...machine, why: `${machine.why}, which could not be installed: ${error instanceof Error ? error.message : String(error)}` };
  }
  return check();
}
