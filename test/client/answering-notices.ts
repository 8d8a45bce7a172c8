import { setHandler, defineQuery } from '@temporalio/workflow';

/** Whoever completes the workflow of a notice, with a result of their own. */
export async function notice(result: unknown): Promise<unknown> {
  setHandler(defineQuery('notice'), () => result);
  return result;
}
