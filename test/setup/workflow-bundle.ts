import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workflowBundle } from '../../worker/workflow-bundle';

/** Bundles the workflows once for every worker of a test run. @returns the bundle's file */
export async function bundleWorkflows(folder: string): Promise<string> {
  const { code } = await workflowBundle(folder);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'test-workflow-bundle.js');
  writeFileSync(file, code);
  return file;
}
