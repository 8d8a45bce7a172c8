import type { PurchaseResource } from './schemas';

/** A purchase just accepted. */
export const ACCEPTED_PURCHASE: PurchaseResource = {
  id: 'pur_abcdefghijklmnopqrstuvwxyz',
  externalId: 'order-20261124-0001',
  state: 'accepted',
  outcome: null,
  reason: null,
  package: { code: 'D90', name: 'Datacode D90 – 30 GB trong 30 ngày' },
  faceValue: 90000,
  discount: { rateBasisPoints: 650, amount: 5850 },
  payable: 84150,
  paymentForm: 'postpaid',
  msisdn: '8490****567',
  steps: [],
  needsAttention: false,
  createdAt: '2026-11-24T03:05:00.000Z',
  updatedAt: '2026-11-24T03:05:00.000Z',
};

/** The same purchase when it is sold. */
export const SUCCEEDED_PURCHASE: PurchaseResource = {
  ...ACCEPTED_PURCHASE,
  state: 'succeeded',
  outcome: 'succeeded',
  steps: [
    step('check', 'Check the subscriber at MobiFone', '00.010', '00.020'),
    step('register', 'Register the package at MobiFone', '00.020', '00.040'),
    step('charge', 'Charge the subscriber at MobiFone', '00.040', '00.060'),
  ],
  updatedAt: '2026-11-24T03:05:00.060Z',
};

/** A purchase whose charge was refused: its customer is to be refunded. */
export const ROLLED_BACK_PURCHASE: PurchaseResource = {
  ...ACCEPTED_PURCHASE,
  state: 'rolled_back',
  outcome: 'rolled_back',
  reason: {
    code: 'insufficient_balance',
    message: {
      vi: 'Tài khoản (hoặc hạn mức cước) của thuê bao không đủ để trừ cước gói.',
      en: 'The subscriber’s balance or credit limit does not cover the package.',
    },
  },
  steps: [
    ...SUCCEEDED_PURCHASE.steps.slice(0, 2),
    { ...step('charge', 'Charge the subscriber at MobiFone', '00.040', '00.060'), status: 'refused' },
    step('rollback', 'Roll the registration back at MobiFone', '00.060', '00.080'),
    step('refund_notice', 'Tell the channel to refund its customer', '00.060', '00.070'),
  ],
  updatedAt: '2026-11-24T03:05:00.080Z',
};

/** A purchase whose cancellation has begun. */
export const CANCELLING_PURCHASE: PurchaseResource = {
  ...ACCEPTED_PURCHASE,
  state: 'rolling_back',
  reason: {
    code: 'cancelled_by_channel',
    message: { vi: 'Nơi bán đã hủy giao dịch.', en: 'The channel cancelled the purchase.' },
  },
  steps: SUCCEEDED_PURCHASE.steps.slice(0, 2),
  updatedAt: '2026-11-24T03:05:00.050Z',
};

function step(
  step: PurchaseResource['steps'][number]['step'],
  title: string,
  started: string,
  ended: string,
): PurchaseResource['steps'][number] {
  const at = (second: string): string => `2026-11-24T03:05:${second}Z`;
  return { step, title, status: 'done', startedAt: at(started), endedAt: at(ended) };
}
