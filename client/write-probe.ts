import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { asOurselves } from './asker';
import { answerOf } from './temporal-answers';

const PROBE_DEADLINE_MS = 2_000;

/** Id of the one probe workflow in the namespace; no worker runs it. */
const WRITE_PROBE = 'write-probe';

/**
 * Temporal's smallest write: starting a workflow that already exists, which Temporal detects by trying to write it. It
 * leaves less than a kilobyte, which Temporal's own scavenger removes
 * (docs/decisions/0027-readiness-follows-writes.md). The first start, and one after each retention, makes the workflow,
 * on a task queue that no worker polls; it times out after a second.
 * @throws TemporalUnavailable if it was not written
 */
export async function writeProbe(client: Client): Promise<void> {
  try {
    await asOurselves(() =>
      answerOf(client, PROBE_DEADLINE_MS, () =>
        client.workflow.start(WRITE_PROBE, {
          workflowId: WRITE_PROBE,
          taskQueue: WRITE_PROBE,
          workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
          workflowExecutionTimeout: '1s',
          staticSummary: 'Shows whether Temporal takes writes; it times out, as it should',
        }),
      ),
    );
  } catch (fault) {
    if (!(fault instanceof WorkflowExecutionAlreadyStartedError)) throw fault;
  }
}
