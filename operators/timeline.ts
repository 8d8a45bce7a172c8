import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import { tsToDate } from '@temporalio/common/lib/time';
import { decisionsOpen } from '../domain/purchase/attention';
import {
  caseId,
  purchaseWorkflowId,
  rollbackTransaction,
  transactionId,
  type TransactionId,
} from '../domain/identifiers';
import { withoutNumbers } from '../domain/telephone-numbers';
import { maskMsisdn } from '../domain/msisdn';
import { actOf, type OperatorAct } from '../domain/purchase/operator-acts';
import { mayCancel, type Purchase } from '../domain/purchase/purchase';
import type { purchase } from '../workflows/purchase/purchase';
import { actionsOf, type PersonsAction } from '../client/history/actions';
import { historyPayloads, type HistoryPayloads } from '../client/history/history-payloads';
import { withoutForeignCalls } from '../client/history/own-calls';
import { historyOf, type HistoryEvent } from '../client/history/purchase-history';
import { takeSnapshot } from '../client/purchase-snapshot';
import { answerOf, CALL_DEADLINE_MS, unavailable } from '../client/temporal-answers';
import type { PurchaseName } from './purchase-ref';
import { triesOf, type PendingTry, type Tries } from './tries';

/** An activity that Temporal is still trying. */
export interface PendingCall extends PendingTry {
  /** The activity's name. */
  call: string;
  attempt: number;
}

/** What a person did to a purchase, or to its workflow. */
export interface PersonsAct extends Pick<PersonsAction, 'at' | 'by' | 'why' | 'reference'> {
  /** A decision's name, `cancel`, or what was done to the workflow itself. */
  what: string;
  /** Why it was not applied: MobiFone states otherwise. Null when it was applied, or has no result yet. */
  notApplied: string | null;
}

/** What an operator needs to judge a purchase. The number is masked. */
export interface Timeline {
  workflowId: string;
  purchase: Purchase;
  /** Whether the workflow is over. */
  closed: boolean;
  pending: PendingCall[];
  /** What people did to it. Refused acts leave no trace in the history. */
  acts: PersonsAct[];
  /** What an operator may do now. */
  open: OperatorAct[];
  /** The transaction of the last rollback that was ordered, each of which has an id of its own; null while none was. */
  lastRollback: TransactionId | null;
  tries: Tries;
  /** MobiFone denies a charge that an operator stated: the purchase has opened a case about it. */
  isDenied: boolean;
  /** The workflow cannot go on: its code fails again and again, and only another build helps. */
  isFailing: boolean;
}

/** One attempt of a workflow task may be lost with its worker. */
const FAILING_FROM_ATTEMPT = 3;

/** Time limit for reading a history, milliseconds. */
const READ_BUDGET_MS = 30_000;

/**
 * @returns undefined when there is no such purchase
 * @throws TemporalUnavailable; PurchaseUnreadable, also where only its history cannot be read
 */
export async function timelineOf(client: Client, name: PurchaseName): Promise<Timeline | undefined> {
  return readTimeline(client, name).catch((fault: unknown) => {
    throw unavailable(fault);
  });
}

async function readTimeline(client: Client, name: PurchaseName): Promise<Timeline | undefined> {
  const workflowId = purchaseWorkflowId(name.channel, name.externalId);
  const handle = client.workflow.getHandle<typeof purchase>(workflowId);
  const snapshot = await takeSnapshot(client, handle);
  if (!snapshot) return undefined;
  const { runId } = snapshot; // the purchase's own, whatever somebody has started since
  const own = client.workflow.getHandle(workflowId, runId);
  const description = await answerOf(client, CALL_DEADLINE_MS, () => own.describe());
  const events = await historyOf(client, { workflowId, runId }, READ_BUDGET_MS);
  const payloads = historyPayloads(client, workflowId);
  const { closed } = snapshot;
  const pending = await pendingCalls(client, description);
  const shown = purchaseToShow(snapshot.purchase);
  return {
    workflowId,
    purchase: shown,
    closed,
    pending,
    acts: (await actionsOf(events, payloads)).map(actOfHistory),
    open: closed ? [] : openActs(shown),
    lastRollback: await lastRollback(shown, events, payloads),
    tries: triesOf(events, pending),
    isDenied: hasOpenedCase(shown, events),
    isFailing: !closed && (description.raw.pendingWorkflowTask?.attempt ?? 0) >= FAILING_FROM_ATTEMPT,
  };
}

/** Without a number that MobiFone has in a text of its own, as in a result code, either. */
export function purchaseToShow(purchase: Purchase): Purchase {
  const { order, attention } = purchase;
  const msisdn = maskMsisdn(order.msisdn) as typeof order.msisdn; // to be shown only
  return {
    ...purchase,
    order: { ...order, msisdn },
    attention: attention && { ...attention, detail: withoutNumbers(attention.detail) },
  };
}

function actOfHistory({ at, action, by, why, reference, decision, result }: PersonsAction): PersonsAct {
  const notApplied = result === 'applied' ? null : result;
  return { at, what: decision ?? action, by, why, reference, notApplied };
}

/** One that an earlier run of the workflow ordered is named as the first. */
async function lastRollback(
  { order, steps }: Purchase,
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<TransactionId | null> {
  if (!steps.some(({ step }) => step === 'rollback')) return null;
  const ordered = (await withoutForeignCalls(events, payloads))
    .map(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled)
    .findLast((scheduled) => scheduled?.activityType?.name === 'rollbackRegistration');
  const [, known] = ordered
    ? await payloads.ofActivity(ordered.activityId ?? '', ordered.input?.payloads)
    : [];
  const ordinal =
    typeof known === 'object' && known !== null && 'ordinal' in known ? Number(known.ordinal) : 1;
  return transactionId(order.purchaseId, rollbackTransaction(ordinal));
}

/** By the history: Temporal's index has the case only a moment later. */
function hasOpenedCase({ order }: Purchase, events: readonly HistoryEvent[]): boolean {
  const reference = transactionId(order.purchaseId, 'registration');
  const id = caseId(order.purchaseId, { kind: 'reversal', reference });
  return events.some((event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId === id);
}

/** What an operator may do to a running purchase. */
export function openActs(running: Purchase): OperatorAct[] {
  return [...decisionsOpen(running.steps).map(actOf), ...(mayCancel(running) ? (['cancel'] as const) : [])];
}

async function pendingCalls(
  client: Client,
  { raw, workflowId }: WorkflowExecutionDescription,
): Promise<PendingCall[]> {
  const { loadedDataConverter, namespace } = client.options;
  return Promise.all(
    (raw.pendingActivities ?? []).map(
      async ({ activityId, activityType, attempt, lastFailure, scheduledTime, state }) => {
        const failure = await decodeOptionalFailureToOptionalError(loadedDataConverter, lastFailure, {
          type: 'activity',
          namespace,
          workflowId,
          activityId: activityId ?? '',
          isLocal: false,
        });
        const isWaiting = Number(state) === SCHEDULED && scheduledTime;
        return {
          id: activityId ?? '',
          call: activityType?.name ?? 'unknown',
          attempt: attempt ?? 1,
          lastFailure: failure ? withoutNumbers(failure.message) : null,
          nextAttemptAt: isWaiting ? tsToDate(scheduledTime).toISOString() : null,
        };
      },
    ),
  );
}

/** `PENDING_ACTIVITY_STATE_SCHEDULED`: waits for its next attempt. */
const SCHEDULED = 1;
