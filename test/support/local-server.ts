import { TestWorkflowEnvironment } from '@temporalio/testing';
import { addSearchAttributes } from '../../client/prepare-namespace';
import type { ServerTuning } from '../../dev/temporal/server';
import { endCallsOnceClosed } from './calls-once-closed';
import { fromGlobalSetup } from './test-environment';

/** A real Temporal server in memory with our search attributes; stop it by its `teardown`. */
export async function localServer(tuning: Partial<ServerTuning> = {}): Promise<TestWorkflowEnvironment> {
  const extraArgs = (tuning.dynamicConfig ?? []).flatMap((value) => ['--dynamic-config-value', value]);
  const executable = { type: 'existing-path', path: fromGlobalSetup('cli') } as const;
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable, log: { format: 'json', level: 'error' }, extraArgs },
  });
  endCallsOnceClosed(server.connection);
  await addSearchAttributes(server.connection, 'default');
  return server;
}
