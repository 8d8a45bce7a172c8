/** Loaded first in every process and thread. */
const CALL_STACKS = require.resolve('./call-stacks.cjs');

/** By its full path, so that an entry point can be started from any working folder. */
const TYPESCRIPT = require.resolve('./typescript.cjs');

/**
 * Node's arguments that run a TypeScript entry point.
 * @param entry full path of the entry point; its own arguments follow it
 */
export function typescriptEntry(entry: string, ...entryArguments: string[]): string[] {
  return ['--require', CALL_STACKS, '--require', TYPESCRIPT, entry, ...entryArguments];
}
