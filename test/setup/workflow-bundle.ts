import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { bundleOf, workflowBundle } from '../../worker/workflow-bundle';

/**
 * Bundles the workflows once for every worker of a test run.
 * @param dataConverter of those workers
 * @returns the bundle's file
 */
export async function bundleWorkflows(
  folder: string,
  name: string,
  dataConverter: DataConverter = {},
): Promise<string> {
  const { code } = await workflowBundle(folder, bundleOf(dataConverter));
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `test-${name}.js`);
  rmSync(file, { force: true }); // another checkout may have the file by a link
  writeFileSync(file, code);
  return file;
}
