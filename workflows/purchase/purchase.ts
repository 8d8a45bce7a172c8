import { allHandlersFinished, CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { ReasonCode } from '../../domain/purchase/reasons';
import { isLaterPurchaseRun } from '../later-run';
import { Chain, type CarriedPurchase } from './carried';
import { EarlierRunEnded } from './earlier-run';
import { PurchaseRecord } from './record';
import type { SaleStop } from './sale-stop';
import { PurchaseSteps } from './steps';
import { requirePurchaseInput } from '../start-inputs';
import { StateNotices } from './state-notices';
import { PurchaseUpdates } from './updates';

/**
 * One purchase of one Datacode package, from the accepted order to its outcome (seed steps (2) to (8)).
 * Refusals are outcomes; this workflow fails only by a defect. A cancellation, from the channel, an operator or
 * Temporal itself, takes effect between steps and never interrupts a command (design decisions 4 and 5).
 */
export async function purchase(
  order: PurchaseOrder,
  policy: PurchasePolicy,
  carried?: CarriedPurchase,
): Promise<Purchase> {
  requirePurchaseInput(order, policy, carried);
  const chain = new Chain(carried, policy);
  const record = new PurchaseRecord(order, policy, carried);
  const updates = new PurchaseUpdates(record, carried);
  updates.listen();
  const notices = new StateNotices(order, policy);
  return CancellationScope.nonCancellable(async () => {
    record.onState((event) => notices.notify(event));
    const steps = new PurchaseSteps(record, policy, updates, chain);
    let isOver = false;
    const sold = sell(record, steps, updates.saleStop)
      .then(() => steps.finishRollback())
      .catch((fault: unknown) => record.adopt(earlierEnd(fault)))
      .then(() => (isOver = true));
    const mayEnd = () => isOver || chain.isLong;
    for (;;) {
      await Promise.race([sold, condition(() => chain.isLong)]);
      await notices.started();
      updates.close(isOver);
      await condition(() => allHandlersFinished() || !mayEnd()); // a decision lets a step go on
      if (isOver) return record.purchase;
      if (chain.isLong) await continueAsNew<typeof purchase>(order, policy, steps.carriedOver());
      updates.reopen();
    }
  });
}

async function sell(record: PurchaseRecord, steps: PurchaseSteps, saleStop: SaleStop): Promise<void> {
  const postpaid = record.order.paymentForm === 'postpaid';

  if (postpaid) {
    record.moveTo('checking');
    const checked = await steps.checkSubscriber(); //                                          (2), (2.1)
    if (checked.kind === 'refused') return reject(record, steps, checked.refusal);
    if (checked.kind === 'stopped') return refund(record, steps, checked.outcome, checked.refusal);
  }

  const hasBegun = record.hasBeen('registering') || steps.hasSentRegistration;
  const stopped = hasBegun ? undefined : saleStop.accepted;
  if (stopped) return refund(record, steps, stopped.outcome, stopped.refusal);

  const rollback = () => steps.rollbackRegistration(); //            registered before the step that it undoes
  record.moveTo('registering');
  const registered = await steps.registerPackage(); //                                         (2.2), (3), (4)
  if (registered.kind === 'refused') return reject(record, steps, registered.refusal);
  if (registered.kind === 'stopped')
    return undo(record, steps, rollback, registered.outcome, registered.refusal);

  if (postpaid) {
    const cancelled = record.hasBeen('charging') ? undefined : saleStop.accepted;
    if (cancelled) return undo(record, steps, rollback, cancelled.outcome, cancelled.refusal);
    record.moveTo('charging');
    const charged = await steps.chargeSubscriber(); //                                         (5.1)–(5.3)
    if (charged.kind === 'refused') return undo(record, steps, rollback, 'rolled_back', charged.refusal);
    if (charged.kind === 'stopped') return undo(record, steps, rollback, charged.outcome, charged.refusal);
  }

  record.moveTo('succeeded');
  await Promise.all([steps.transactionMessage(), steps.successMessage(), steps.confirmDecision()]); // (7), (8)
}

/** Steps (6.1)–(6.3): the rollback, and at the same time the channel's notice to refund its customer. */
async function undo(
  record: PurchaseRecord,
  steps: PurchaseSteps,
  rollback: () => Promise<void>,
  outcome: PurchaseOutcome,
  reason: ReasonCode,
): Promise<void> {
  if (outcome === 'rejected') return reject(record, steps, reason); // as an earlier run had it
  record.moveTo('rolling_back', reason);
  const undone = async () => {
    await rollback(); //                                                                       (6.1), (6.2)
    record.moveTo(outcome, reason);
    await Promise.all([steps.undoLateEffect(), steps.confirmDecision()]);
    await steps.confirmLateDecisions();
  };
  await Promise.all([undone(), steps.refundNotice(outcome, reason)]); //                      (6.3)
}

/** Step (4), not eligible: notifies the subscriber and the channel; only a command in doubt may have to be undone. */
async function reject(record: PurchaseRecord, steps: PurchaseSteps, reason: ReasonCode): Promise<void> {
  record.moveTo('rejected', reason);
  await Promise.all([
    steps.rejectionMessage(reason),
    steps.refundNotice('rejected', reason),
    steps.undoLateEffectOfRefused(),
  ]);
}

/** @throws any other fault: a defect of ours */
function earlierEnd(fault: unknown): Purchase {
  if (fault instanceof EarlierRunEnded) return fault.purchase;
  throw fault;
}

/** Stopped before anything was sent: only the channel refunds, unless something may have been sold all the same. */
async function refund(
  record: PurchaseRecord,
  steps: PurchaseSteps,
  outcome: PurchaseOutcome,
  reason: ReasonCode,
): Promise<void> {
  // What the run before found to be unsent is so in this one, which does not know by itself what was sent before it.
  const wasUnsent = outcome !== 'rejected' && record.hasBeen(outcome) && !record.hasBeen('rolling_back');
  if (!wasUnsent && (isLaterPurchaseRun(record) || steps.hasSentRegistration))
    return undo(record, steps, () => steps.rollbackRegistration(), outcome, reason);
  record.moveTo(outcome, reason);
  await steps.refundNotice(outcome, reason);
}
