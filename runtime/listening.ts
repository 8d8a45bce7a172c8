import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** Where a server listens, and what the error says when the port is taken. */
export interface Place {
  host: string;
  /** 0 lets the system choose one. */
  port: number;
  /** The variable that sets the port. */
  setting: string;
  /** Pid of an earlier start of ours that may hold the port. */
  suspect?: number | undefined;
}

/** A port is held by another process; the message names the setting that changes it. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * Has a server listen.
 * @returns the port
 * @throws PortTaken
 */
export async function listen(server: Server, place: Place): Promise<number> {
  const { host, port } = place;
  await new Promise<void>((resolve, reject) => {
    const fail = (fault: NodeJS.ErrnoException): void =>
      reject(fault.code === 'EADDRINUSE' ? new PortTaken(takenMessage(place)) : fault);
    server.once('error', fail);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port; // a listening TCP server
}

/** Stops accepting connections and closes the open ones at once; resolves when all are closed. */
export async function closeAtOnce(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function takenMessage({ host, port, setting, suspect }: Place): string {
  const stopIt = suspect
    ? `Process ${suspect}, a server of an earlier start, still runs: stop it with \`kill ${suspect}\``
    : `Stop that process (\`lsof -i :${port}\` or \`ss -ltnp\` names it)`;
  return `Port ${port} on ${host} is taken by another process.\n${stopIt}, or set ${setting} to a free port.`;
}
