import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { loadConfig } from '../../config';
import { temporalCli, timeSkippingTestServer } from '../../scripts/temporal/executable';
import { TEST_ENVIRONMENT } from '../support/test-environment';

/**
 * Once a run: finds the two Temporal executables (downloading them where they are missing) and bundles the workflows,
 * which every worker of the tests then shares.
 */
export default async function globalSetup(): Promise<void> {
  const config = loadConfig();
  const report = (line: string) => process.stderr.write(`${line}\n`);
  process.env[TEST_ENVIRONMENT.cli] = await temporalCli(config, report);
  process.env[TEST_ENVIRONMENT.testServer] = await timeSkippingTestServer(config, report);
  process.env[TEST_ENVIRONMENT.workflowBundle] = await bundleWorkflows(path.resolve(config.CACHE_DIR));
}

async function bundleWorkflows(folder: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../workflows'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'test-workflow-bundle.js');
  writeFileSync(file, code);
  return file;
}
