import { argv } from 'node:process';
import { packageProxy } from './proxy/server.ts';

// Started by systemd-socket-activate: descriptor 3 is the listening socket inside the twin's network, while this
// process goes out through the machine's own.
const [, , folder = ''] = argv;
packageProxy({ folder }).listen({ fd: 3 });
