import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import type { CaseOrder } from '../domain/case/case';
import type { ClosedEvidence } from '../domain/case/closed-evidence';
import { SWEEP, type ClosedPurchase, type SweepResult } from '../domain/case/closed-purchases';
import { purchaseWorkflowId } from '../domain/identifiers';
import type { OpenedCase } from '../domain/notice/operations-events';
import { withoutNumbers } from '../domain/telephone-numbers';
import type { Cases } from './cases';
import { caseOf } from './closed-purchases';
import { describedOwnRun } from './first-chain';
import { IdTaken } from './id-taken';
import type { HistoryEvent } from './history/purchase-history';
import { PurchaseUnreadable } from './purchases';
import { recordedPurchase, type RecordedPurchase } from './history/recorded-purchase';
import { isCutOff } from './run-status';
import { isUnknownWorkflow } from './temporal-answers';

type ClosedCaseOrder = CaseOrder & { evidence: ClosedEvidence };

/** Time limit for reading one history, which may be as long as Temporal allows. */
const READ_BUDGET_MS = 60_000;

/**
 * Opens a case for each purchase whose workflow was ended from outside, with the facts of its history. Purchases that
 * were reset meanwhile, or that Temporal no longer keeps, need no case.
 * @throws TemporalUnavailable; the call is idempotent and may be repeated
 */
export async function openClosedCases(
  client: Client,
  cases: Cases,
  found: readonly ClosedPurchase[],
): Promise<SweepResult> {
  const opened: OpenedCase[] = [];
  const notOpened: SweepResult['notOpened'][number][] = [];
  for (const purchase of found) {
    try {
      const order = await caseOrder(client, purchase);
      if (!order) continue;
      const opening = await cases.start(order);
      if (opening.kind !== 'refused') opened.push(openedCase(order));
    } catch (fault) {
      if (!(fault instanceof PurchaseUnreadable || fault instanceof IdTaken)) throw fault;
      const { channel, externalId, purchaseId } = purchase;
      notOpened.push({ channel, externalId, purchaseId, why: fault.message });
    }
  }
  return { opened, notOpened };
}

async function caseOrder(client: Client, found: ClosedPurchase): Promise<ClosedCaseOrder | undefined> {
  const { channel, externalId, runId } = found;
  try {
    const description = await describedOwnRun(client, purchaseWorkflowId(channel, externalId));
    if (!isCutOff(description) || description.runId !== runId) return undefined;
    const recorded = await recordedPurchase(client, description, READ_BUDGET_MS);
    return {
      id: caseOf(found),
      subject: { kind: 'workflow_closed', runId },
      purchase: recorded.purchase.order,
      outcome: recorded.purchase.outcome,
      evidence: evidenceOf(recorded, description, await endOf(client, description, recorded.events.at(-1))),
      openedAt: new Date().toISOString(),
      by: SWEEP,
      why: found.caseCutOff
        ? 'its workflow was ended from outside, and so was an earlier run of this case: look at that run first'
        : 'its workflow was ended from outside',
    };
  } catch (fault) {
    if (isUnknownWorkflow(fault)) return undefined;
    throw fault;
  }
}

function evidenceOf(
  { purchase, refund }: RecordedPurchase,
  { status, closeTime }: WorkflowExecutionDescription,
  { endedBy, endReason }: End,
): ClosedEvidence {
  const what = `the workflow is ${status.name.toLowerCase()}`;
  return {
    status: status.name,
    closedAt: closeTime?.toISOString() ?? purchase.updatedAt,
    endedBy,
    endReason,
    state: purchase.state,
    reason: purchase.reason,
    steps: purchase.steps,
    atStake: purchase.order.faceValue,
    detail: [what, ...(endedBy ? [`by ${endedBy}`] : []), ...(endReason ? [`: ${endReason}`] : [])]
      .join(' ')
      .replace(' :', ':'),
    refund: refund
      ? { outcome: refund.outcome, refusal: refund.refusal, occurredAt: refund.occurredAt }
      : null,
  };
}

type End = Pick<ClosedEvidence, 'endedBy' | 'endReason'>;

/** Who ended a run and why. Numbers in the text are masked. */
async function endOf(
  client: Client,
  { workflowId }: WorkflowExecutionDescription,
  last: HistoryEvent | undefined,
): Promise<End> {
  const terminated = last?.workflowExecutionTerminatedEventAttributes;
  const failed = last?.workflowExecutionFailedEventAttributes;
  const by = terminated?.identity;
  const { loadedDataConverter, namespace } = client.options;
  const failure = await decodeOptionalFailureToOptionalError(loadedDataConverter, failed?.failure, {
    type: 'workflow',
    namespace,
    workflowId,
  }).catch(() => undefined); // a stranger's, or its key is gone: its words in clear are all that is known
  const why = terminated?.reason ?? failure?.message ?? failed?.failure?.message;
  return { endedBy: by ? withoutNumbers(by) : null, endReason: why ? withoutNumbers(why) : null };
}

function openedCase({ id, purchase, evidence }: ClosedCaseOrder): OpenedCase {
  const { purchaseId, channel, externalId } = purchase;
  return { id, purchaseId, channel, externalId, state: evidence.state, atStake: evidence.atStake };
}
