import { acceptedPurchase, type Purchase } from '../../domain/purchase/purchase';
import type { Attention } from '../../domain/purchase/attention';
import { OPERATOR_ACT_NAMES, type OperationResult } from '../../domain/purchase/operator-acts';
import { PURCHASE_STATE_NAMES, type PurchaseState } from '../../domain/purchase/states';
import {
  PURCHASE_STEP_NAMES,
  SETTLED_BY,
  STEP_STATUSES,
  type PurchaseStep,
} from '../../domain/purchase/steps';
import {
  caseCard,
  type Case,
  type CaseEvidence,
  type CaseOrder,
  type CaseState,
} from '../../domain/case/case';
import { CASE_STATES } from '../../domain/case/case';
import type { ClosedEvidence } from '../../domain/case/closed-evidence';
import { caseId, refundNoticeId, stateNoticeId, purchaseWorkflowId } from '../../domain/identifiers';
import type { NoticeLog } from '../../domain/notice/notice';
import { packageCode } from '../../domain/catalogue/packages';
import type { LocalDay } from '../../domain/local-time';
import type { RegisteredBreak } from '../../domain/reconciliation/break-register';
import type { WholePurchase } from '../../desk/purchase/whole-purchase';
import { openActs } from '../../operators/timeline';
import type { QueueItem } from '../../operators/queue-item';
import { anOrder } from '../support/orders';

const AT = '2026-11-24T03:05:33.000Z';
export const ORDER = { ...anOrder({ externalId: '10-01' }), acceptedAt: AT };
const WHO = 'lan@agent.example';
export const DAY = '2026-11-24' as LocalDay; // a day

/** What a call that has not succeeded leaves for people, one of each kind that the product writes. */
const DETAILS = [
  'insufficient_balance',
  'charge: not taken by MobiFone, will be sent again (HTTP 429: too many requests)',
  'inquiry about the charge: MobiFone broke the contract (HTTP 200 whose reply has faults in resultCode)',
  'rollback: outcome unknown, MobiFone will be asked before anything is sent again (no reply within 30000 ms)',
  'check of the subscriber: not taken by MobiFone, will be sent again (MobiFone is out; calls are held back)',
  'refund notice to demo: not taken, will be delivered again (the webhook answered 503)',
  'The workflow is terminated.',
];

export const STUCK: readonly (readonly [PurchaseState, Attention['reason'], PurchaseStep])[] = [
  ['checking', 'broken_contract', 'check'],
  ['checking', 'no_answer', 'check'],
  ['registering', 'no_answer', 'register'],
  ['charging', 'broken_contract', 'charge'],
  ['rolling_back', 'rollback_refused', 'rollback'],
  ['rolling_back', 'broken_contract', 'rollback'],
  ['rolled_back', 'channel_unreachable', 'refund_notice'],
  ['rolled_back', 'no_answer', 'late_effect_check'],
  ['rejected', 'late_effect', 'rollback'],
  ['rejected', 'no_answer', 'rejection_message'],
  ['succeeded', 'no_answer', 'decision_check'],
  ['succeeded', 'broken_contract', 'transaction_message'],
  ['succeeded', 'broken_contract', 'success_message'],
  ['charging', 'workflow_closed', 'charge'],
];

/** A purchase that is stuck, with everything behind it that a history can have. */
export function stuckPurchase(
  [state, reason, step]: (typeof STUCK)[number],
  detail: string = DETAILS[1] ?? '',
): Purchase {
  const steps = [
    ...PURCHASE_STEP_NAMES.filter((name) => name !== step).flatMap((name) =>
      STEP_STATUSES.filter((status) => status !== 'running').flatMap((status) =>
        SETTLED_BY.map((settledBy) => ({ step: name, status, settledBy, startedAt: AT, endedAt: AT })),
      ),
    ),
    { step, status: 'running' as const, startedAt: AT },
  ];
  const events = [
    ...PURCHASE_STATE_NAMES.map((name) => ({ kind: 'state' as const, state: name })),
    ...steps.map(({ step: name, status }) => ({ kind: 'step' as const, step: name, status })),
  ].map((event, at) => ({ sequence: at + 1, at: AT, ...event }));
  return {
    ...acceptedPurchase(ORDER),
    state,
    steps,
    events,
    attention: { reason, step, since: AT, detail },
  };
}

export function everyStuckPurchase(): Purchase[] {
  return STUCK.flatMap((one) => DETAILS.map((detail) => stuckPurchase(one, detail)));
}

export function wholeOf(purchase: Purchase): WholePurchase {
  return {
    name: { channel: ORDER.channel, externalId: ORDER.externalId },
    timeline: {
      workflowId: purchaseWorkflowId(ORDER.channel, ORDER.externalId),
      purchase,
      closed: false,
      pending: ['rollbackRegistration', 'findLateEffect', 'sendMessages', 'unheardOf'].map((call) => ({
        id: '1',
        call,
        attempt: 2,
        lastFailure: DETAILS[1] ?? null,
        nextAttemptAt: AT,
      })),
      acts: [
        'charge_was_done',
        'retry_now',
        'cancel',
        'terminate_workflow',
        'reset_workflow',
        'cancel_workflow',
      ].map((what) => ({
        at: AT,
        what,
        by: WHO,
        why: '4711',
        reference: 'MF-1',
        notApplied: 'MobiFone answers that the charge is never_received',
      })),
      open: openActs(purchase),
      lastRollback: null,
      tries: { ordered: 0, cameBack: [], nextAt: null },
      isDenied: false,
      isFailing: true,
    },
    notices: noticeLogs(),
    asked: [WHO, null].map((by) => ({ notice: refundNoticeId(ORDER.purchaseId), at: AT, by })),
    cases: casesOf().map((one) => ({
      card: one.card,
      state: one.state,
      cutOff: false,
      needsAttention: true,
    })),
    closedCase: undefined,
    webUiLink: 'http://127.0.0.1:8233',
  };
}

function noticeLogs(): NoticeLog[] {
  const common = { purchaseId: ORDER.purchaseId, externalId: ORDER.externalId, occurredAt: AT };
  const attempts = [
    { at: AT, status: 503, durationMs: 100, detail: 'the webhook answered 503' },
    { at: AT, durationMs: 100, detail: 'ECONNREFUSED' },
  ];
  const refund = {
    ...common,
    id: refundNoticeId(ORDER.purchaseId),
    outcome: 'rolled_back' as const,
    refusal: 'insufficient_balance' as const,
    amount: ORDER.faceValue,
  };
  const ofState = {
    ...common,
    id: stateNoticeId(ORDER.purchaseId, 3),
    sequence: 3,
    state: 'given_up' as const,
    reason: null,
    package: packageCode('D90'),
    faceValue: ORDER.faceValue,
  };
  return [refund, ofState].flatMap((notice) =>
    (['delivering', 'delivered', 'undelivered'] as const).map((standing) => ({
      channel: ORDER.channel,
      notice,
      standing,
      attempts,
      nextAttemptAt: AT,
    })),
  );
}

const RECONCILED: CaseEvidence = {
  day: DAY,
  breakKind: 'missing_there',
  atStake: ORDER.faceValue,
  references: ['MF42'],
  detail:
    'an operator settled the charge as made while MobiFone was silent; MobiFone answers that it is refused',
  settlementFile: 'sha',
};
const CLOSED: ClosedEvidence = {
  status: 'TIMED_OUT',
  closedAt: AT,
  endedBy: null,
  endReason: null,
  state: 'rolling_back',
  reason: null,
  steps: [],
  atStake: ORDER.faceValue,
  detail: 'the workflow is timed_out',
  refund: null,
};

/** Each kind of case in each state. */
export function casesOf(): Case[] {
  const orders = [
    {
      subject: { kind: 'make_good' },
      evidence: RECONCILED,
      why: 'missing_there: succeeded here, not in the file; settlement files settlement sha256:1a2b',
    },
    {
      subject: { kind: 'reversal', reference: 'MF42' },
      evidence: { ...RECONCILED, settlementFile: 'none' },
      why: 'MobiFone contradicts an operator’s decision',
    },
    {
      subject: { kind: 'workflow_closed', runId: '1' },
      evidence: CLOSED,
      why: 'its workflow was ended from outside',
    },
    {
      subject: { kind: 'workflow_closed', runId: '2' },
      evidence: { ...CLOSED, status: 'TERMINATED' },
      why: 'its workflow was ended from outside, and so was an earlier run of this case: look at that run first',
    },
  ] as const satisfies readonly Pick<CaseOrder, 'subject' | 'evidence' | 'why'>[];
  const states = Object.keys(CASE_STATES) as CaseState[]; // the literal's keys
  return orders.flatMap(({ subject, evidence, why }) =>
    states.map((state): Case => {
      const id = caseId(ORDER.purchaseId, subject);
      const order: CaseOrder = {
        id,
        subject,
        evidence,
        purchase: ORDER,
        outcome: 'succeeded',
        openedAt: AT,
        by: WHO,
        why,
      };
      return {
        card: caseCard(order),
        state,
        attention: { reason: 'channel_unreachable', since: AT, detail: DETAILS[5] ?? '' },
        atMobifone: { at: AT, registration: 'done', charge: 'never_received' },
        log: [
          'opened: missing_there on 2026-11-24; 4711',
          `opened: missing_there on 2026-11-24; ${why}`,
          'refund: 4711',
          'register again: 4711',
          'closed by MF57: 4711',
          'rejected: 4711',
          'demo has the refund notice',
          'MobiFone has registered the package again',
          'nothing was sent: MobiFone answers that the first registration stands',
          'MobiFone refused: MobiFone refused the registration.',
          'MobiFone answers: registration done, charge never_received',
          'MobiFone answers: registration no_answer',
        ].map((what) => ({ at: AT, what, by: WHO })),
      };
    }),
  );
}

export function breaksOf(): RegisteredBreak[] {
  return (['files', 'case', 'person', null] as const).map((closedBy) => ({
    id: 'br-1',
    day: DAY,
    kind: 'charged_not_here',
    purchaseId: ORDER.purchaseId,
    atStake: 90_000,
    detail: '504 at 56 bp here, 5850 at 650 bp there: another rate',
    references: ['MF42'],
    foundAt: AT,
    owner: null,
    closedBy,
    log: [
      'found: 1.csv',
      'found again: 1.csv',
      'given to hoa',
      'closed: 4711',
      `closed: ${caseId(ORDER.purchaseId, { kind: 'make_good' })} is refunded`,
      'closed: in MobiFone’s file of 2026-11-25, line MF42',
      'opened again: 4711',
      '4711',
    ].map((what) => ({ at: AT, what, by: WHO })),
  }));
}

/** One of each kind. */
export function queueItems(): QueueItem[] {
  const about = {
    since: AT,
    purchaseId: ORDER.purchaseId,
    channel: ORDER.channel,
    externalId: ORDER.externalId,
    package: 'D90',
    atStake: 90_000,
  } as const;
  const purchases = STUCK.flatMap(([state, reason, step]) =>
    ([step, null] as const).map((known): QueueItem => ({
      ...about,
      kind: 'purchase',
      waitsFor: known ? 'person' : 'machine',
      reason,
      state,
      step: known,
    })),
  );
  const cases = casesOf().map(({ card, state }): QueueItem => ({
    ...about,
    kind: 'case',
    cutOff: state === 'refunding',
    waitsFor: 'person',
    id: card.id,
    card,
    state,
  }));
  const notices = (['purchase.refund_due', 'purchase.case_refund_due', 'purchase.rolled_back'] as const).map(
    (notice): QueueItem => ({ ...about, kind: 'notice', waitsFor: 'person', notice }),
  );
  const breaks = breaksOf().map((found): QueueItem => ({
    ...about,
    kind: 'break',
    waitsFor: 'person',
    id: found.id,
    found,
  }));
  return [...purchases, ...cases, ...notices, ...breaks];
}

/** Why acts are not done, one of each kind that workflows and clients write. */
export const REFUSED: readonly Exclude<OperationResult, { kind: 'applied' }>[] = [
  ...[
    'retry_now is not open while the purchase is rolling_back; open now: rollback_done_by_hand',
    'give_up is not open while the purchase is rolled_back; nothing is left to decide',
    ...OPERATOR_ACT_NAMES.map((act) => `${act} is not open while the purchase is over; open: nothing`),
    'cancel is not open while the purchase is rolling_back; open: retry, rollback-done',
    'close is not open while the case is re_registering; open now: retry_now',
    'another decision is being weighed',
    'this request was taken before: it is done at most once, and this did nothing',
    'the request was made for another run of the workflow; make it again',
    'the refund_notice had ended meanwhile: done',
    'the late_effect_check had ended meanwhile: done',
    'the charge was sent meanwhile',
    'MobiFone answers that the charge was made',
    'MobiFone answers that the charge is never_received',
    'MobiFone answers that the registration still stands',
    'too late to cancel: the purchase is rolling_back',
    'MobiFone says nothing of the charge: this rests on you alone; MobiFone is asked until it answers',
    'MobiFone is still processing the registration; ask again later',
    'MobiFone does not answer about the charge; ask again later',
    'MobiFone could not be asked about the registration; try again',
    'MobiFone has not received the charge, which may still arrive until 2026-11-24T03:05:33.000Z',
    'the channel has the refund notice of this purchase already',
    'the purchase goes on in a newer run, which tells its channel itself: close the case',
    'the purchase is over in a newer run, which told its channel itself: close the case',
    'a workflow that is not ours has the id of the purchase: terminate it in the Web UI or by `temporal workflow terminate --workflow-id purchase:demo:a1`, then decide again',
    'Temporal does not tell whether the purchase goes on in a newer run; ask again later',
    'all is paused already, since 2026-11-24T03:05:33.000Z by lan: 4711',
    'package D90 is not paused; paused: all',
    '8490****001 is blocked already, since 2026-11-24T03:05:33.000Z by lan: 4711',
    '8490****001 is not blocked',
    'br-1 is closed already, by person',
    'br-1 is open',
    'the case cannot be opened again: re_registered',
    'the case is open already',
    'there is no such purchase',
    'insufficient_balance',
  ].map((because) => ({ kind: 'refused' as const, because })),
  { kind: 'not_found' },
];
