import { pathToFileURL } from 'node:url';

/** tsx by its full address, so that an entry point can be started from any working folder. */
const LOADER = pathToFileURL(require.resolve('tsx')).href;

/** What is loaded first in every process and thread. */
const CALL_STACKS = require.resolve('./call-stacks.cjs');

/**
 * Node's arguments that run a TypeScript entry point.
 * @param entry full path of the entry point; its own arguments follow it
 */
export function typescriptEntry(entry: string, ...entryArguments: string[]): string[] {
  return ['--require', CALL_STACKS, '--import', LOADER, entry, ...entryArguments];
}
