import type { Server } from 'node:net';
import { listen } from '../../runtime/listening';

/** Has a server listen on loopback, on a port that the system chooses. @returns the port */
export function listenOnLoopback(server: Server): Promise<number> {
  return listen(server, { host: '127.0.0.1', port: 0, setting: 'none' }); // what the system chooses is not taken
}
