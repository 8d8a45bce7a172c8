import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { EmbeddedStack } from './embedded-stack';
import { until } from './selling';
import { fromGlobalSetup } from './test-environment';

/**
 * The Temporal server's executable with a setting of its own: a deletion waits until its shard has noted how far it
 * is, which by default it does twice a minute.
 */
export async function quickToDelete(folder: string): Promise<string> {
  const file = path.join(folder, 'temporal');
  const intervals = ['transfer', 'visibility', 'timer'].map(
    (queue) => `--dynamic-config-value 'history.${queue}ProcessorUpdateAckInterval="500ms"'`,
  );
  await writeFile(file, `#!/bin/sh\nexec '${fromGlobalSetup('cli')}' "$@" ${intervals.join(' ')}\n`);
  await chmod(file, 0o700);
  return file;
}

/** What retention does after its days: nothing of the purchase is left at Temporal. */
export async function forgetPurchase(stack: EmbeddedStack, workflowId: string): Promise<void> {
  await stack.temporal(async ({ workflow, workflowService }) => {
    const handle = workflow.getHandle(workflowId);
    await handle.result(); // its messages and notices are out as well
    await workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
    });
    const isGone = () =>
      handle.describe().then(
        () => false,
        (error: unknown) => {
          if (error instanceof WorkflowNotFoundError) return true;
          throw error;
        },
      );
    await until(isGone, (gone) => gone);
  });
}
