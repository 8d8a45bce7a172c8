'use strict';

/**
 * Loaded into each process before its own code (`node --require`), for the workflow threads of a worker: unless
 * WORKER_CALL_STACKS is true, the SDK takes no stack trace of every promise that a workflow makes. It works without
 * them where Node cannot give them, and that is what it is told here; see docs/decisions/0029-no-call-stacks.md.
 */
const { isMainThread } = require('node:worker_threads');
const v8 = require('node:v8');

if (!isMainThread && process.env.WORKER_CALL_STACKS !== 'true') {
  const createHook = () => {
    const { warn } = console;
    console.warn = () => void (console.warn = warn); // the SDK's one line, in which nobody could do anything
    throw new Error('call stacks are switched off');
  };
  // In its place, not changed: Node's own AsyncLocalStorage, which every cancellation scope needs, uses the real one.
  v8.promiseHooks = { ...v8.promiseHooks, createHook };
}
