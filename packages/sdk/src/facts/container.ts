import { sh } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';

const asked: Fact<boolean> = fact({
  name: 'container',
  command: sh`[ -e /run/systemd/container ] || [ -e /.dockerenv ] || [ -e /run/.containerenv ]`,
  anyExit: true,
  parse: ({ code }) => code === 0,
});

/** Whether the host is a container: its clock, its kernel's modules and its swap are those of the machine that carries it. */
export function container(): Fact<boolean> {
  return asked;
}
