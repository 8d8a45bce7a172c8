import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { answerOf } from './temporal-answers';

/** How long a probe may take, ms. */
const PROBE_DEADLINE_MS = 2_000;

/** One workflow in the namespace, of this id; nobody ever runs it. */
const WRITE_PROBE = 'write-probe';

/**
 * The smallest write that Temporal has: the start of a workflow that is there already, which Temporal finds out by
 * trying to write it. It leaves under a kilobyte, which Temporal's own scavenger removes
 * (docs/decisions/0027-readiness-follows-writes.md). The first start, and one after each retention, makes the workflow,
 * on a task queue that no worker polls; it times out after a second.
 * @throws TemporalUnavailable when it was not written
 */
export async function writeProbe(client: Client): Promise<void> {
  try {
    await answerOf(client, PROBE_DEADLINE_MS, () =>
      client.workflow.start(WRITE_PROBE, {
        workflowId: WRITE_PROBE,
        taskQueue: WRITE_PROBE,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        workflowExecutionTimeout: '1s',
        staticSummary: 'Shows whether Temporal takes writes; it times out, as it should',
      }),
    );
  } catch (fault) {
    if (!(fault instanceof WorkflowExecutionAlreadyStartedError)) throw fault;
  }
}
