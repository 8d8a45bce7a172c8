import { TestWorkflowEnvironment } from '@temporalio/testing';
import { fromGlobalSetup } from './test-environment';

/** A real Temporal server in memory, for a test that needs no more than that; stop it by its `teardown`. */
export function localServer(): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: fromGlobalSetup('cli') } as const;
  return TestWorkflowEnvironment.createLocal({
    server: { executable, log: { format: 'json', level: 'error' } },
  });
}
