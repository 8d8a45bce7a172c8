import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';
import { version as SDK_VERSION } from '@temporalio/worker/package.json';
import { placeOfOthers } from '../runtime/own-place.cjs';
import { replaceFile } from '../runtime/whole-file';
import { ownBundler } from './own-bundler';

/**
 * How the workflows are bundled: where they are, which modules a worker runs once instead of once for each workflow
 * (docs/decisions/0020-workflow-modules-once.md), and what every activity's id and
 * result goes through.
 */
export const WORKFLOW_BUNDLE = {
  workflowsPath: require.resolve('../workflows'),
  preloadModules: [require.resolve('../workflows/stack-traces'), require.resolve('../workflows')],
  workflowInterceptorModules: [require.resolve('../workflows/own-activities')],
};

/** The same for workers that encrypt: what a workflow throws is written by the converter of the worker's own failures. */
export function bundleOf({ failureConverterPath }: DataConverter): BundleOptions {
  return { ...WORKFLOW_BUNDLE, ...(failureConverterPath === undefined ? {} : { failureConverterPath }) };
}

/** Changed when bundles from before must not be used again: `own`, since they hold what a stranger's `.swcrc` made. */
const BUNDLER = 'own';

/** Shows the bundler's warnings and errors only. */
const QUIET: NonNullable<BundleOptions['logger']> = {
  log() {},
  trace() {},
  debug() {},
  info() {},
  warn: console.warn,
  error: console.error,
};

interface KeptBundle {
  sdk: string;
  /** Every file that it was made of, with its SHA-256. */
  sources: Record<string, string>;
  code: string;
}

/**
 * The workflows' bundle. Bundling takes four CPU seconds at every start of a worker, so the bundle is cached and reused
 * while all of its sources are unchanged.
 * @param folder the cache; one that cannot be written to only costs the time
 */
export async function workflowBundle(
  folder: string,
  options: BundleOptions = WORKFLOW_BUNDLE,
): Promise<{ code: string }> {
  const name = createHash('sha256')
    .update(JSON.stringify([options, BUNDLER]))
    .digest('hex')
    .slice(0, 8);
  const file = path.join(folder, `workflow-bundle-${name}.json`);
  const kept = await readKept(file);
  if (kept && (await isAsItWas(kept))) return { code: kept.code };
  const from = Date.now();
  const made = await make(options);
  if (!(await hasChangedSince(from, made))) {
    await replaceFile(file, JSON.stringify(made)).catch(() => undefined); // only costs the next start its time
  }
  return { code: made.code };
}

async function readKept(file: string): Promise<KeptBundle | undefined> {
  try {
    if (placeOfOthers(file) !== undefined) return undefined; // a worker would run what somebody else wrote
    return JSON.parse(await readFile(file, 'utf8')) as KeptBundle; // written below, and only used while its sources are unchanged
  } catch {
    return undefined; // none yet, or half of one
  }
}

async function isAsItWas({ sdk, sources }: KeptBundle): Promise<boolean> {
  if (sdk !== SDK_VERSION) return false;
  const files = Object.entries(sources);
  const same = await Promise.all(files.map(async ([source, hash]) => (await hashOf(source)) === hash));
  return files.length > 0 && same.every(Boolean);
}

/** A source that was saved during the bundling may be in the bundle in its old version. */
async function hasChangedSince(epochMs: number, { sources }: KeptBundle): Promise<boolean> {
  const changes = await Promise.all(Object.keys(sources).map(async (source) => (await stat(source)).mtimeMs));
  return Math.max(...changes) >= epochMs;
}

async function make(options: BundleOptions): Promise<KeptBundle> {
  let read: string[] = [];
  const { code } = await bundleWorkflowCode({
    ...options,
    logger: QUIET,
    webpackConfigHook: (config) => ({
      ...ownBundler(config),
      plugins: [
        ...(config.plugins ?? []),
        (compiler) =>
          compiler.hooks.done.tap('sources', ({ compilation }) => (read = [...compilation.fileDependencies])),
      ],
    }),
  });
  const sources: Record<string, string> = {};
  for (const file of read) {
    const hash = await hashOf(file); // webpack names folders too, and the entry that is made for it in memory
    if (hash) sources[file] = hash;
  }
  return { sdk: SDK_VERSION, sources, code };
}

async function hashOf(file: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch {
    return undefined;
  }
}
