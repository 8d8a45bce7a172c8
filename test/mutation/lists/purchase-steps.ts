import { mutationsOf } from '../mutation';

/** Faults in what is sent, how often, under which id, and in how decisions are weighed. */
export const stepMutations = mutationsOf('workflows/purchase-steps.ts', 'test/workflows/decisions.test.ts', [
  {
    name: 'a later round registers without asking',
    find: '.registerPackage(this.sale, { askFirst })',
    replace: '.registerPackage(this.sale, { askFirst: false })',
    invariant: 'I1: ask before sending again',
  },
  {
    name: 'a later round charges without asking',
    find: '.chargeSubscriber(this.sale, { askFirst })',
    replace: '.chargeSubscriber(this.sale, { askFirst: false })',
    invariant: 'I1: ask before sending again',
  },
  {
    name: 'a later round rolls back without asking',
    find: '.rollbackRegistration(this.sale, { askFirst, again })',
    replace: '.rollbackRegistration(this.sale, { askFirst: false, again })',
    invariant: 'Ask before sending again',
  },
  {
    name: 'a message is sent again without asking after its local try',
    find: 'return durable(true, patience);',
    replace: 'return durable(false, patience);',
    invariant: 'I6: each message once per id',
  },
  {
    name: 'a failed local try is the end of it',
    find: 'return durable(true, patience);',
    replace: "return { kind: 'done', settledBy: 'reply', attempts: 1 };",
    invariant: 'An unknown is never taken for done',
  },
  {
    name: 'local tries go past the gateway’s queue',
    find: 'if (askFirst || !this.calls.mayGoLocal)',
    replace: 'if (askFirst)',
    invariant: 'The gateway’s rate limit holds for every call',
  },
  {
    name: 'a late effect is looked for at once',
    find: 'if (!waited)',
    replace: 'if (false)',
    invariant: 'I3: what lands after its rollback is not forgotten',
  },
  {
    name: 'a late effect is found and left standing',
    find: 'if (found) await this.undoUntilDone(true);',
    replace: '',
    invariant: 'I3: what lands after its rollback is undone',
  },
  {
    name: 'the late effect’s rollback repeats the first one',
    find: 'if (found) await this.undoUntilDone(true);',
    replace: 'if (found) await this.undoUntilDone(false);',
    invariant: 'I3: a second rollback under the same id would do nothing',
  },
  {
    name: 'a late effect is watched for where there was no doubt only',
    find: 'if (!this.settling.inDoubt) return;',
    replace: 'if (this.settling.inDoubt) return;',
    invariant: 'I3: what lands after its rollback is not forgotten',
  },
  {
    name: 'the refund notice has a new id each round',
    find: 'id: refundNoticeId(order.purchaseId),',
    replace: 'id: `${refundNoticeId(order.purchaseId)}_${Date.now()}`,',
    invariant: 'I5: exactly one refund notice id',
  },
  {
    name: 'the refund notice tells the discounted price',
    find: 'amount: order.faceValue,\n            occurredAt',
    replace: 'amount: order.payable,\n            occurredAt',
    invariant: 'I5: the customer gets back what was paid',
  },
  {
    name: 'a channel’s silence is called MobiFone’s',
    find: "unsettled: 'channel_unreachable',",
    replace: '',
    invariant: 'I4: needs attention tells the reason',
  },
  {
    name: 'a refused rollback is the end of it',
    find: "refusalNeedsPerson: again ? 'late_effect' : 'rollback_refused',",
    replace: '',
    invariant: 'I3: rolled back, or in needs attention',
  },
  {
    name: 'a late effect that cannot be undone is called a refused rollback',
    find: "again ? 'late_effect' : 'rollback_refused'",
    replace: "'rollback_refused'",
    invariant: 'I4: needs attention tells the reason',
  },
  {
    name: 'both messages have one id',
    find: "this.message('success_message', 'sms-success',",
    replace: "this.message('success_message', 'sms-transaction',",
    invariant: 'I6: each message once per id',
  },
  {
    name: 'a charge that MobiFone denies is taken for made',
    find: 'if (isSettledAsNotMade(standing)) return',
    replace: 'if (false) return',
    invariant: 'A fact that MobiFone states outranks any decision',
  },
  {
    name: 'a charge that was made is undone by decision',
    find: "if (standing === 'done') return",
    replace: 'if (false) return',
    invariant: 'I2: never charged and rolled back by mistake',
  },
  {
    name: 'MobiFone is asked about the wrong transaction before a charge is decided',
    find: "this.standingOf('charge')",
    replace: "this.standingOf('registration')",
    invariant: 'A fact that MobiFone states outranks any decision',
  },
  {
    name: 'MobiFone is asked about the wrong transaction before a rollback is closed',
    find: "this.standingOf('registration')",
    replace: "this.standingOf('rollback')",
    invariant: 'A fact that MobiFone states outranks any decision',
  },
  {
    name: 'a standing registration is closed as undone by hand',
    find: "if (decision === 'rollback_done_by_hand' && standing === 'done') {",
    replace: 'if (false) {',
    invariant: 'I3: no registration is forgotten',
  },
  {
    name: 'a charge given up is taken for made',
    find: "return { kind: 'stopped', outcome: 'given_up', refusal: 'given_up_by_operator' };",
    replace: "return { kind: 'done' };",
    invariant: 'I2: succeeds only when charged',
  },
  {
    name: 'silence about a charge is taken for a denial',
    find: "return 'no_answer';",
    replace: "return 'never_received';",
    invariant: 'An operator may settle what MobiFone is silent about',
  },
]);
