import type { AcceptanceTwin, CliResult } from './acceptance.ts';

/** What is looked at of an event of the CLI. */
export interface Told {
  readonly type: string;
  readonly host?: string;
  readonly kind?: string;
  readonly message?: string;
  readonly summary?: string;
  readonly output?: string;
}

/** What a command printed, one event a line. */
export const events = ({ stdout }: CliResult): Told[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Told);

/** The changes among them. */
export const changes = (result: CliResult): string[] => events(result).filter((e) => e.type === 'change').map((e) => `${e.host ?? ''}: ${e.summary ?? ''}`);

/** A result in words, for the message of an assertion. */
export const shown = ({ code, stdout, stderr }: CliResult): string => `exit ${code}\n${stdout.slice(-4000)}\n${stderr.slice(-3000)}`;

/** Commands of the CLI with `--on twin`; rollouts and drills do not ask, and tell events. */
export interface Commands {
  plan(...options: string[]): Promise<CliResult>;
  rollout(...options: string[]): Promise<CliResult>;
  health(...options: string[]): Promise<CliResult>;
  test(...options: string[]): Promise<CliResult>;
  drill(...words: string[]): Promise<CliResult>;
}

/** The CLI on the twin, as an operator types it. */
export function commandsOn(twin: AcceptanceTwin): Commands {
  return {
    plan: (...options) => twin.keybuzz('plan', '--on', 'twin', ...options),
    rollout: (...options) => twin.keybuzz('rollout', '--on', 'twin', '--yes', '--json', ...options),
    health: (...options) => twin.keybuzz('health', '--on', 'twin', ...options),
    test: (...options) => twin.keybuzz('test', '--on', 'twin', ...options),
    drill: (...words) => twin.keybuzz('drill', ...words, '--on', 'twin', '--yes', '--json'),
  };
}
