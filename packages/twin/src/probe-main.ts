import { connect } from 'node:net';
import { argv, stdout } from 'node:process';

// Runs inside the twin's network: says for each address when its sshd greets, one line per address, until the deadline.
const [, , within = '0', ...addresses] = argv;
const start = performance.now();
const deadline = start + Number(within);

/** Resolves to true when the sshd at the address has sent its banner. */
function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('data', (chunk) => end(chunk.toString('latin1').startsWith('SSH-')));
    socket.on('close', () => end(false));
  });
}

async function watch(address: string): Promise<void> {
  for (;;) {
    if (await greets(address)) {
      stdout.write(`${address} ${Math.round(performance.now() - start)}\n`);
      return;
    }
    if (performance.now() >= deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

await Promise.all(addresses.map(watch));
