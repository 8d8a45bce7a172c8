import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { DECIDED_BEFORE, type EarlierDecision } from '../domain/purchase/earlier-decision';
import type { PurchaseId } from '../domain/identifiers';
import type { Attempt } from './attempt';
import type { SendOptions } from './settle';

interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/** The earlier runs of a workflow; passed in by `worker.ts`, since an activity may not import `client/`. */
export interface EarlierRuns {
  /** What they decided for good. @throws when Temporal does not answer */
  decision(run: WorkflowRun): Promise<EarlierDecision | undefined>;
  /** Whether Temporal knows another run of the purchase that was ours. @throws the same */
  hasOthers(run: WorkflowRun): Promise<boolean>;
  /** Whether a case about a purchase has ordered its refund, in whichever of its runs. @throws the same */
  refundedByCase(purchaseId: PurchaseId): Promise<boolean>;
}

export const NO_EARLIER_RUNS: EarlierRuns = {
  decision: () => Promise.resolve(undefined),
  hasOthers: () => Promise.resolve(false),
  refundedByCase: () => Promise.resolve(false),
};

/**
 * To be called before a command that sells. Only a run that is not the first of its workflow costs a request. After a
 * reset, Temporal gives a pending activity to the new run without the workflow's code taking part.
 * @throws ApplicationFailure `DECIDED_BEFORE`, which is not retried; nothing may be sent then
 */
export async function requireUndecided(
  earlier: EarlierRuns,
  { anew }: Pick<SendOptions, 'anew'>,
  attempt: Pick<Attempt, 'number' | 'isFirst' | 'isOfReset'>,
): Promise<void> {
  const mayBeReset = attempt.isOfReset || (attempt.number === 1 && !attempt.isFirst); // or of another run than was seen here before
  const { workflowExecution } = activityInfo();
  if (!workflowExecution || !(anew || mayBeReset)) return;
  const decision = await earlier.decision(workflowExecution);
  if (decision) throw decidedBefore(decision);
}

/**
 * To be called before a sale is undone: what an earlier run has sold to its end stays sold. Only a later run costs a request.
 * @throws ApplicationFailure `DECIDED_BEFORE`, which is not retried; nothing may be sent then
 */
export async function requireUnsold(
  earlier: EarlierRuns,
  { anew }: Pick<SendOptions, 'anew'>,
  { isOfAnotherRun }: Pick<Attempt, 'isOfAnotherRun'>,
): Promise<void> {
  const { workflowExecution } = activityInfo();
  const decision =
    (anew || isOfAnotherRun) && workflowExecution ? await earlier.decision(workflowExecution) : undefined;
  if (decision?.kind === 'over' && decision.purchase.outcome === 'succeeded') throw decidedBefore(decision);
}

/**
 * To be called before the channel is told to refund. A run that passes for the first one asks as well: as a copy of a start, it
 * would know nothing of what the run before it has sent, and have undone nothing.
 * @throws ApplicationFailure as `requireUnsold`; one that is retried where the run before it has settled nothing
 */
export async function requireRefundable(
  earlier: EarlierRuns,
  { anew }: Pick<SendOptions, 'anew'>,
  attempt: Pick<Attempt, 'isOfReset'>,
): Promise<void> {
  const { workflowExecution: run } = activityInfo();
  if (!run) return;
  const isKnownLater = anew || attempt.isOfReset;
  if (!isKnownLater && !(await earlier.hasOthers(run))) return;
  const decision = await earlier.decision(run);
  if (decision?.kind === 'over' && decision.purchase.outcome === 'succeeded') throw decidedBefore(decision);
  if (decision || isKnownLater) return;
  const message =
    'the channel was not told to refund: another run of this purchase, ended before this one, has settled nothing; ' +
    'terminate this run, and decide in the case about that one';
  throw ApplicationFailure.retryable(message, 'OtherRunUnsettled');
}

function decidedBefore(decision: EarlierDecision): ApplicationFailure {
  return ApplicationFailure.create({
    type: DECIDED_BEFORE,
    message: 'nothing was sent: an earlier run of this purchase has decided it',
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    details: [decision],
  });
}
