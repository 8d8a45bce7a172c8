import path from 'node:path';
import { freePort } from '../../dev/temporal/free-port';
import { type Daemon, startDaemon } from './daemon';

/** Starts a Restate server with its own defaults on loopback, its data in a folder. */
export async function startRestate(
  folder: string,
): Promise<Daemon & { ingressUrl: string; register: (appUrl: string) => Promise<void> }> {
  const anyPort = () => freePort('127.0.0.1', 0, '');
  const [ingress, admin, node] = [await anyPort(), await anyPort(), await anyPort()];
  const adminUrl = `http://127.0.0.1:${admin}`;
  const daemon = await startDaemon(
    executable(),
    ['--no-logo', '--listen-mode', 'tcp'],
    {
      logFile: path.join(folder, 'restate.log'),
      env: {
        ...process.env,
        RESTATE_BASE_DIR: path.join(folder, 'restate'),
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      },
    },
    async () => (await fetch(`${adminUrl}/health`)).ok,
  );
  return {
    ...daemon,
    ingressUrl: `http://127.0.0.1:${ingress}`,
    async register(appUrl) {
      const response = await fetch(`${adminUrl}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri: appUrl }),
      });
      if (!response.ok) throw new Error(`Restate refused the app: ${await response.text()}`);
    },
  };
}

function executable(): string {
  return require.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
}
