import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, type BundleOptions, type WorkerOptions } from '@temporalio/worker';
import { ownBundler } from '../../worker/own-bundler';
import { WORKFLOW_BUNDLE } from '../../worker/workflow-bundle';

const VARIABLE = 'BENCH_WORKFLOW_BUNDLE';

/** The files of the bundled workflows. */
export interface Bundles {
  saga: string;
  yardstick: string;
}

/** Bundles both sets of workflows once, so that no worker does it while something is measured. */
export async function bundleAll(folder: string): Promise<Bundles> {
  const [saga, yardstick] = await Promise.all([
    bundle(WORKFLOW_BUNDLE, path.join(folder, 'saga.js')),
    bundle({ workflowsPath: require.resolve('../yardstick/workflows') }, path.join(folder, 'yardstick.js')),
  ]);
  return { saga, yardstick };
}

/** The environment by which a worker is told its bundle. */
export function bundleVariable(file: string): Record<string, string> {
  return { [VARIABLE]: file };
}

/** The bundle that this worker was told. */
export function fromEnvironment(): NonNullable<WorkerOptions['workflowBundle']> {
  const codePath = process.env[VARIABLE];
  if (codePath === undefined) throw new Error(`${VARIABLE} is not set: the bench starts this worker`);
  return { codePath };
}

async function bundle(options: BundleOptions, file: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ ...options, logger: SILENT, webpackConfigHook: ownBundler });
  await writeFile(file, code);
  return file;
}

const nothing = (): void => undefined;
const SILENT = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
