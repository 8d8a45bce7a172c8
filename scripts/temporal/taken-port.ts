import { createServer } from 'node:net';

/** A port that a part needs is held by another process. */
export class TakenPort extends Error {
  override readonly name = 'TakenPort';
}

/**
 * Makes sure that a port can be listened on, before something is started on it.
 * @param port 0 has the system choose one
 * @param setting the variable that sets the port, for the message
 * @returns the port
 * @throws TakenPort that names the setting
 */
export function freePort(host: string, port: number, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new TakenPort(takenMessage(host, port, setting)) : error);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      probe.close(() => resolve(chosen));
    });
  });
}

function takenMessage(host: string, port: number, setting: string): string {
  return [
    `Port ${port} on ${host} is taken by another process, perhaps by an earlier start that was killed.`,
    `Stop that process (\`lsof -i :${port}\` or \`ss -ltnp\` names it), or set ${setting} to a free port.`,
  ].join('\n');
}
