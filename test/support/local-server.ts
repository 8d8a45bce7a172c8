import { TestWorkflowEnvironment } from '@temporalio/testing';
import { addSearchAttributes } from '../../client/prepare-namespace';
import { fromGlobalSetup } from './test-environment';

/** A real Temporal server in memory with our search attributes; stop it by its `teardown`. */
export async function localServer(): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: fromGlobalSetup('cli') } as const;
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable, log: { format: 'json', level: 'error' } },
  });
  await addSearchAttributes(server.connection, 'default');
  return server;
}
