import { condition, setDefaultUpdateHandler, setDefaultQueryHandler } from '@temporalio/workflow';

/** Whoever takes the place of a workflow at Temporal: every update is accepted, nothing is done, nothing is answered. */
async function accepting(): Promise<void> {
  setDefaultUpdateHandler(() => undefined);
  setDefaultQueryHandler(() => undefined);
  await condition(() => false);
}

export { accepting as blocks, accepting as case, accepting as control, accepting as purchase };
