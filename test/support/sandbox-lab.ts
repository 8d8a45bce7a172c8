import { createGateway, type Gateway } from '../../mobifone/client';
import { PROFILES } from '../../sandbox/profile';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server';

const CREDENTIALS = { clientId: 'agent', clientSecret: 'secret' };

export interface SandboxLab {
  sandbox: Sandbox;
  gateway: Gateway;
  /** Another client, which is gone with the lab; for stories about the time limit of a call. */
  connect(callTimeoutMs: number): Gateway;
  stop(): Promise<void>;
}

/** A sandbox on a free port that sells D90 and keeps every promise unless told otherwise, and a client of it. */
export async function sandboxWithClient(options: Partial<SandboxOptions> = {}): Promise<SandboxLab> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    packages: [{ code: 'D90', faceValue: 90_000 }],
    profile: PROFILES.all_kept,
    ...CREDENTIALS,
    ...options,
  });
  const clients: Gateway[] = [];
  const connect = (callTimeoutMs: number) => {
    const client = createGateway({ ...CREDENTIALS, baseUrl: sandbox.url, callTimeoutMs });
    clients.push(client);
    return client;
  };
  return {
    sandbox,
    gateway: connect(60_000),
    connect,
    async stop() {
      for (const client of clients) client.close();
      await sandbox.stop();
    },
  };
}
