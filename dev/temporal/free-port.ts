import { createServer } from 'node:net';
import { listen } from '../../runtime/listening';

/**
 * Makes sure that a port can be listened on, before something is started on it.
 * @param port 0 has the system choose one
 * @param setting the variable that sets the port, for the message
 * @param suspect pid of an earlier start of ours that may hold the port
 * @returns the port
 * @throws PortTaken that names the setting
 */
export async function freePort(
  host: string,
  port: number,
  setting: string,
  suspect?: number,
): Promise<number> {
  const probe = createServer();
  const chosen = await listen(probe, { host, port, setting, suspect });
  await new Promise((resolve) => probe.close(resolve));
  return chosen;
}
