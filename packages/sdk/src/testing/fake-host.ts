import { BlockList } from 'node:net';
import type { Readable } from 'node:stream';
import { Failure, inputBytes, type BatchOptions, type Command, type Result, type Session, type UploadTarget } from '../command/index.ts';
import { lets } from './machine/filter.ts';
import { hostState, type HostState } from './machine/host-state.ts';
import { PowerCut, type Machine, type MachineState } from './machine/machine.ts';
import { newMachine, type MachineOptions } from './machine/new-machine.ts';
import type { Output } from './machine/program.ts';
import { Shell } from './machine/shell.ts';
import { running, sockets } from './machine/units.ts';

/** One command that ran, as anybody on the host could have seen it: what it read is not in here. */
export interface Line extends Result {
  readonly command: string;
}

export interface FakeHostOptions extends MachineOptions {
  /** Address that sessions come from; the one the firewall must let in. */
  readonly controller?: string;
}

/**
 * A session to a machine in memory: files, packages, units, accounts and kernel settings that all its programs
 * agree on. A program it does not have fails with 127, a flag that a program does not know fails too.
 */
export class FakeHost implements Session {
  readonly host: string;
  readonly machine: Machine;
  /** Everything that was run, in order. */
  readonly transcript: Line[] = [];
  /** What commands read from their standard input, and uploads: for the host alone. */
  readonly inputs: Uint8Array[] = [];
  /** How many times a new connection was proven. */
  reconnects = 0;
  /** The line that runs now, or ran last. */
  current = '';
  /** No connection can be made. */
  down = false;
  readonly #shell: Shell;
  readonly #controller: string;
  #lost = false;

  constructor(options: FakeHostOptions = {}) {
    this.machine = newMachine(options);
    this.host = options.name ?? 'host-01';
    this.#controller = options.controller ?? '10.0.0.250';
    this.#shell = new Shell(this.machine, this.machine.programs, { SSH_CONNECTION: `${this.#controller} 50022 ${options.address ?? '10.0.0.1'} 22` });
  }

  async run(commands: readonly Command[], options: BatchOptions = {}): Promise<readonly Result[]> {
    this.#refuseWhenDown();
    const results: Result[] = [];
    for (const command of commands) {
      await this.#due();
      const stdin = command.input === undefined ? new Uint8Array() : inputBytes(command.input);
      if (command.input !== undefined) this.inputs.push(stdin);
      this.current = command.text;
      const result = await this.execute(command.text, stdin);
      this.transcript.push({ command: command.text, ...result });
      options.onOutput?.(result.stdout + result.stderr);
      this.#refuseWhenLost();
      results.push(result);
      if (result.code !== 0 && options.stopAtFailure === true) break;
    }
    return results;
  }

  async upload(source: Readable | Uint8Array, target: UploadTarget): Promise<void> {
    this.#refuseWhenDown();
    const bytes = source instanceof Uint8Array ? source : Buffer.concat(await source.toArray() as Uint8Array[]);
    this.inputs.push(bytes);
    const [owner = 'root', group = owner] = (target.owner ?? 'root:root').split(':');
    const attributes = { mode: target.mode ?? 0o644, owner, group };
    try {
      this.machine.tree.write(`${target.path}.upload`, bytes, attributes);
      this.machine.tree.rename(`${target.path}.upload`, target.path);
    } catch (error) {
      this.#refuseWhenLost();
      throw new Failure('failed', `could not upload ${target.path}: ${(error as Error).message}`, { host: this.host });
    }
  }

  async reconnect(): Promise<void> {
    await this.#due();
    const why = this.unreachable();
    if (why !== undefined) throw new Failure('unreachable', `${this.host}: ${why}`, { host: this.host });
    this.reconnects += 1;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs a line on the machine as an operator would, outside of the transcript. */
  async execute(line: string, stdin?: Uint8Array): Promise<Output> {
    this.machine.now += 5;
    try {
      return await this.#shell.run(line, stdin);
    } catch (error) {
      if (error instanceof PowerCut) return { code: 137, stdout: '', stderr: '' };
      throw error;
    }
  }

  /** Why no new connection of the controller can be made; undefined when one can. */
  unreachable(): string | undefined {
    if (this.down) return 'no route to host';
    if (running(this.machine, 'ssh.service').active !== 'active') return 'connection refused: sshd does not run';
    const port = sockets(this.machine).find(({ unit }) => unit === 'ssh.service')?.port ?? 22;
    const from = (network: string): boolean => contains(network, this.#controller);
    // It asks for the private address, whatever its own.
    const by = this.machine.interfaces.at(-1)?.name;
    return lets(this.machine, { from, port, by }) ? undefined : `connection timed out: the firewall does not let ${this.#controller} reach port ${port}`;
  }

  /** After `changes` more changes of state the connection is lost and what ran is gone; then everything works again. */
  cutAfter(changes: number, options: { power?: boolean } = {}): void {
    let remaining = changes;
    this.machine.beforeChange = () => {
      if (remaining > 0) remaining -= 1;
      else {
        this.#lost = true;
        throw new PowerCut();
      }
    };
    this.#power = options.power ?? false;
  }

  #power = false;

  /** The power went off and on again: memory is gone, what is enabled runs. */
  powerCycle(): void {
    this.machine.beforeChange = () => {};
    this.machine.reboot();
  }

  /** Time passes on the host; timers whose time has come are run. */
  async advance(milliseconds: number): Promise<void> {
    this.machine.now += milliseconds;
    await this.#due();
  }

  /** What the machine is now, for comparison with itself at another time, or with another one. */
  state(): HostState {
    return hostState(this.machine);
  }

  /** Everything about the machine, cheaply, to go back to. */
  snapshot(): MachineState {
    return this.machine.snapshot();
  }

  restore(state: MachineState): void {
    this.machine.restore(state);
  }

  async #due(): Promise<void> {
    for (const [name, { at, command }] of this.machine.transients) {
      if (at > this.machine.now) continue;
      this.machine.transients.delete(name);
      await this.execute(command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '));
    }
  }

  #refuseWhenDown(): void {
    if (this.down) throw new Failure('unreachable', `${this.host}: no route to host`, { host: this.host });
  }

  #refuseWhenLost(): void {
    if (!this.#lost) return;
    this.#lost = false;
    this.machine.beforeChange = () => {};
    if (this.#power) this.powerCycle();
    throw new Failure('connectionLost', `${this.host}: the connection was lost while a command ran`, { host: this.host });
  }
}

/** A machine in memory, fresh from its image. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  return new FakeHost(options);
}

function contains(network: string, address: string): boolean {
  const [first = '', prefix = '32'] = network.split('/');
  const list = new BlockList();
  list.addSubnet(first, Number(prefix), first.includes(':') ? 'ipv6' : 'ipv4');
  return list.check(address);
}
