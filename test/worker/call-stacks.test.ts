import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const PRELOAD = path.resolve(__dirname, '../../runtime/call-stacks.cjs');

/** What the SDK does in a workflow thread, and then a warning of somebody else's. */
const LIKE_THE_SDK = `
  const { isMainThread } = require('node:worker_threads');
  const where = isMainThread ? 'main' : 'thread';
  try {
    require('node:v8').promiseHooks.createHook({ init() {} })();
    console.log(where + ': hooked');
  } catch {
    console.warn('v8.promiseHooks.createHook is not available; stack trace collection will be disabled.');
    console.log(where + ': without');
  }
  console.warn(where + ': a warning');
  const { AsyncLocalStorage } = require('node:async_hooks');
  const store = new AsyncLocalStorage();
  store.run('its own', async () => {
    await null;
    console.log(where + ': ' + store.getStore());
  });
`;

/** Runs it in the main thread of a process and then in a thread. */
async function run(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const inBoth = `${LIKE_THE_SDK}
    new (require('node:worker_threads').Worker)(${JSON.stringify(LIKE_THE_SDK)}, { eval: true });`;
  const words = ['--require', PRELOAD, '--eval', inBoth];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, {
    env: { ...process.env, ...environment },
  });
  return `${stdout}${stderr}`.trim().split('\n').toSorted();
}

describe('a process that is started with runtime/call-stacks.cjs', () => {
  it('has no promise hooks for the SDK in its threads, loses no warning but its one, and keeps asynchronous contexts', async () => {
    expect(await run({ WORKER_CALL_STACKS: '' })).toEqual([
      'main: a warning',
      'main: hooked',
      'main: its own',
      'thread: a warning',
      'thread: its own',
      'thread: without',
    ]);
  });

  it('has them everywhere with WORKER_CALL_STACKS=true', async () => {
    expect(await run({ WORKER_CALL_STACKS: 'true' })).toEqual([
      'main: a warning',
      'main: hooked',
      'main: its own',
      'thread: a warning',
      'thread: hooked',
      'thread: its own',
    ]);
  });
});
