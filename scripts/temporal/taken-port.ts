import { createServer } from 'node:net';

/** A port that a part needs is held by another process. */
export class TakenPort extends Error {
  override readonly name = 'TakenPort';
}

/**
 * Makes sure that a port can be listened on, before something is started on it.
 * @param port 0 has the system choose one
 * @param setting the variable that sets the port, for the message
 * @param suspect pid of an earlier start of ours that may hold the port
 * @returns the port
 * @throws TakenPort that names the setting
 */
export function freePort(host: string, port: number, setting: string, suspect?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new TakenPort(takenMessage(host, port, setting, suspect)) : error);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      probe.close(() => resolve(chosen));
    });
  });
}

function takenMessage(host: string, port: number, setting: string, suspect: number | undefined): string {
  const stopIt = suspect
    ? `Process ${suspect}, a server of an earlier start, still runs: stop it with \`kill ${suspect}\``
    : `Stop that process (\`lsof -i :${port}\` or \`ss -ltnp\` names it)`;
  return `Port ${port} on ${host} is taken by another process.\n${stopIt}, or set ${setting} to a free port.`;
}
