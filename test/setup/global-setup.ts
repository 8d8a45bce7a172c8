import path from 'node:path';
import { loadConfig } from '../../config';
import { temporalCli, timeSkippingTestServer } from '../../dev/temporal/executable';
import { TEST_ENVIRONMENT } from '../support/test-environment';
import { bundleWorkflows } from './workflow-bundle';

/**
 * Once a run: finds the two Temporal executables (downloading them where they are missing) and bundles the workflows,
 * which every worker of the tests then shares.
 */
export default async function globalSetup(): Promise<void> {
  const config = loadConfig();
  const report = (line: string) => process.stderr.write(`${line}\n`);
  process.env[TEST_ENVIRONMENT.cli] = await temporalCli(config, report);
  process.env[TEST_ENVIRONMENT.testServer] ??= await timeSkippingTestServer(config, report);
  const folder = path.resolve(config.CACHE_DIR);
  process.env[TEST_ENVIRONMENT.workflowBundle] = await bundleWorkflows(folder, 'workflow-bundle');
  process.env[TEST_ENVIRONMENT.encryptedBundle] = await bundleWorkflows(folder, 'encrypted-bundle', {
    failureConverterPath: require.resolve('../../encryption/failure-converter'),
  });
}
