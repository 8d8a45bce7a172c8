import { mutationsOf } from '../mutation';

/** Faults in the order of the sale and of its undoing. */
export const purchaseMutations = mutationsOf(
  'workflows/purchase/purchase.ts',
  'test/workflows/sale.test.ts',
  [
    {
      name: 'rollback skipped',
      find: 'await rollback();',
      replace: '',
      invariant: 'I3: registered and not charged is rolled back',
    },
    {
      name: 'a refused charge is rejected instead of undone',
      find: "return undo(record, steps, rollback, 'rolled_back', charged.refusal)",
      replace:
        "record.moveTo('rolling_back'); if (charged.kind === 'refused') return refund(record, steps, 'rolled_back', charged.refusal)",
      invariant: 'I3: registered and not charged is rolled back',
    },
    {
      name: 'a given-up charge goes on to success',
      find: "if (charged.kind === 'stopped') return undo(record, steps, rollback, charged.outcome, charged.refusal);",
      replace: '',
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'a stopped registration is not rolled back',
      find: 'return undo(record, steps, rollback, registered.outcome, registered.refusal);',
      replace: 'return undo(record, steps, async () => {}, registered.outcome, registered.refusal);',
      invariant: 'I3: no registration is forgotten',
    },
    {
      name: 'a refused registration is rolled back',
      find: 'return reject(record, steps, registered.refusal);',
      replace: "return undo(record, steps, rollback, 'rolled_back', registered.refusal);",
      invariant: 'Step (4): what MobiFone refused needs no undoing',
    },
    {
      name: 'refund notice only after the rollback',
      find: 'await Promise.all([undone(), steps.refundNotice(outcome, refusal)]);',
      replace: 'await undone(); await steps.refundNotice(outcome, refusal);',
      invariant: 'Steps (6.1) and (6.3) run at the same time',
    },
    {
      name: 'rollback only after the refund notice',
      find: 'await Promise.all([undone(), steps.refundNotice(outcome, refusal)]);',
      replace: 'await steps.refundNotice(outcome, refusal); await undone();',
      invariant: 'Steps (6.1) and (6.3) run at the same time',
    },
    {
      name: 'no refund notice for what was undone',
      find: 'await Promise.all([undone(), steps.refundNotice(outcome, refusal)]);',
      replace: 'await undone();',
      invariant: 'I5: every outcome but succeeded gives a refund notice',
    },
    {
      name: 'refund notice twice',
      find: 'await Promise.all([undone(), steps.refundNotice(outcome, refusal)]);',
      replace:
        'await Promise.all([undone(), steps.refundNotice(outcome, refusal), steps.refundNotice(outcome, refusal)]);',
      invariant: 'I5: one notice, delivered again only when it was not taken',
    },
    {
      name: 'outcome known before the rollback is done',
      find: "record.moveTo('rolling_back', refusal);",
      replace: "record.moveTo('rolling_back', refusal); record.moveTo(outcome, refusal);",
      invariant: 'I4: an outcome is told only when it is so',
    },
    {
      name: 'late effect not watched',
      find: 'await Promise.all([steps.undoLateEffect(), steps.confirmDecision()]);',
      replace: 'await steps.confirmDecision();',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'late effect not watched after a refusal',
      find: '    steps.undoLateEffectOfRefused(),\n',
      replace: '',
      invariant: 'I3, P2: what lands after its refusal is not forgotten',
    },
    {
      name: 'a rollback by hand is never confirmed',
      find: 'await Promise.all([steps.undoLateEffect(), steps.confirmDecision()]);',
      replace: 'await steps.undoLateEffect();',
      invariant: 'I3: no registration is forgotten',
    },
    {
      name: 'a charge that a person settled is never confirmed',
      find: 'steps.successMessage(), steps.confirmDecision()',
      replace: 'steps.successMessage()',
      invariant: 'What MobiFone has not confirmed is asked about until it answers',
    },
    {
      name: 'prepaid charged by a charge of ours',
      find: 'if (postpaid) {\n    const cancelled',
      replace: 'if (true) {\n    const cancelled',
      invariant: 'I1: a prepaid registration takes the money',
    },
    {
      name: 'prepaid checked',
      find: "if (postpaid) {\n    record.moveTo('checking');",
      replace: "if (true) {\n    record.moveTo('checking');",
      invariant: 'The payment form is the one branch of the flow',
    },
    {
      name: 'postpaid not checked',
      find: "if (postpaid) {\n    record.moveTo('checking');",
      replace: "if (false) {\n    record.moveTo('checking');",
      invariant: 'Step (2): nothing is registered for who may not buy',
    },
    {
      name: 'a refusal of the check is ignored',
      find: "if (checked.kind === 'refused') return reject(record, steps, checked.refusal);",
      replace: '',
      invariant: 'Step (2): nothing is registered for who may not buy',
    },
    {
      name: 'a stop of the check is ignored',
      find: "if (checked.kind === 'stopped') return refund(record, steps, checked.outcome, checked.refusal);",
      replace: 'saleStop.accepted = undefined;',
      invariant: 'A cancellation before the registration ends the sale',
    },
    {
      name: 'a stop before anything was sent is ignored',
      find: 'if (stopped) return refund(record, steps, stopped.outcome, stopped.refusal);',
      replace: '',
      invariant: 'A cancellation before the registration ends the sale',
    },
    {
      name: 'charge before register',
      find: 'const registered = await steps.registerPackage();',
      replace: 'await steps.chargeSubscriber(); const registered = await steps.registerPackage();',
      invariant: 'I2: charged only what was registered',
    },
    {
      name: 'no refund notice for who was rejected',
      find: "steps.rejectionMessage(refusal),\n    steps.refundNotice('rejected', refusal),",
      replace: 'steps.rejectionMessage(refusal),',
      invariant: 'I5: every outcome but succeeded gives a refund notice',
    },
    {
      name: 'no rejection message',
      find: "steps.rejectionMessage(refusal),\n    steps.refundNotice('rejected', refusal),",
      replace: "steps.refundNotice('rejected', refusal),",
      invariant: 'Step (4): the subscriber is told',
    },
    {
      name: 'no refund notice for what was cancelled early',
      find: 'record.moveTo(outcome, refusal);\n  await steps.refundNotice(outcome, refusal);',
      replace: 'record.moveTo(outcome, refusal);',
      invariant: 'I5: every outcome but succeeded gives a refund notice',
    },
    {
      name: 'a run anew that is cancelled leaves what an earlier run sold',
      find: 'if (!wasUnsent && (isLaterPurchaseRun(record) || steps.hasSentRegistration)) return undo(record, steps, () => steps.rollbackRegistration(), outcome, reason);',
      replace: '',
      invariant: 'I2: never activated and refunded',
    },
    {
      name: 'a purchase that was started by hand is not looked at',
      find: 'requirePurchaseInput(order, policy, carried);',
      replace: '',
      invariant: 'I1, I17: an order is sold under its own id only',
    },
    {
      name: 'a purchase ends before all who wait are answered',
      find: 'await condition(() => allHandlersFinished() || !mayEnd());',
      replace: '',
      invariant: 'Every update is answered',
    },
    {
      name: 'refund notice for a succeeded purchase',
      find: 'await Promise.all([steps.transactionMessage(), steps.successMessage(), steps.confirmDecision()]);',
      replace:
        "await Promise.all([steps.transactionMessage(), steps.successMessage(), steps.refundNotice('succeeded', 'duplicate_order')]);",
      invariant: 'I5: succeeded gives no refund notice',
    },
    {
      name: 'transaction message not sent',
      find: 'steps.transactionMessage(), ',
      replace: '',
      invariant: 'I6: both messages are sent',
    },
    {
      name: 'success message not sent',
      find: ', steps.successMessage()',
      replace: '',
      invariant: 'I6: both messages are sent',
    },
    {
      name: 'a refused message undoes a paid purchase',
      find: "record.moveTo('succeeded');",
      replace:
        "const told = await steps.successMessage(); if (told.kind === 'refused') return undo(record, steps, rollback, 'rolled_back', told.refusal); record.moveTo('succeeded');",
      invariant: 'I6: a message never undoes a paid purchase',
    },
    {
      name: 'success waits for its messages',
      find: "record.moveTo('succeeded');\n  await Promise.all([steps.transactionMessage(), steps.successMessage(), steps.confirmDecision()]);",
      replace:
        "await Promise.all([steps.transactionMessage(), steps.successMessage()]); record.moveTo('succeeded');",
      invariant: 'I6: a message never holds a paid purchase up',
    },
    {
      name: 'a cancellation by Temporal tears a step apart',
      find: 'CancellationScope.nonCancellable(',
      replace: 'CancellationScope.cancellable(',
      invariant: 'A cancellation is weighed between the steps',
    },
  ],
);
