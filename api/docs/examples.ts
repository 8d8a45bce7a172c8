import type { PackagesResource } from '../packages/schemas';
import type { PurchaseResource } from '../purchases/schemas';
import type { AccountResource } from '../account/schemas';
import type { EligibilityResource, ValidationResource } from '../eligibility/schemas';
import type { PurchaseListResource } from '../purchases/search-schemas';

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
      vi: 'Số dư hoặc hạn mức của thuê bao không đủ.',
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
    message: { vi: 'Kênh bán đã hủy giao dịch.', en: 'The channel cancelled the purchase.' },
  },
  steps: SUCCEEDED_PURCHASE.steps.slice(0, 2),
  updatedAt: '2026-11-24T03:05:00.050Z',
};

export const PACKAGES: PackagesResource = {
  packages: [
    {
      code: 'D90',
      name: 'Datacode D90 – 30 GB trong 30 ngày',
      dataMegabytes: 30720,
      validityDays: 30,
      faceValue: 90000,
      discount: { rateBasisPoints: 650, amount: 5850 },
      payable: 84150,
      paymentForm: 'postpaid',
    },
  ],
};

const SHOWN_OFFER = {
  package: ACCEPTED_PURCHASE.package,
  faceValue: ACCEPTED_PURCHASE.faceValue,
  discount: ACCEPTED_PURCHASE.discount,
  payable: ACCEPTED_PURCHASE.payable,
  paymentForm: ACCEPTED_PURCHASE.paymentForm,
  msisdn: ACCEPTED_PURCHASE.msisdn,
};

export const LISTED_PURCHASES: PurchaseListResource['purchases'] = [
  ACCEPTED_PURCHASE,
  { ...ROLLED_BACK_PURCHASE, id: 'pur_zyxwvutsrqponmlkjihgfedcba', externalId: 'order-20261124-0002' },
].map(({ reason: _reason, steps: _steps, updatedAt: _updatedAt, ...listed }) => listed);

/** A purchase that would be taken. */
export const ELIGIBLE: ValidationResource = {
  eligibility: 'eligible',
  reason: null,
  ...SHOWN_OFFER,
  acceptedBefore: false,
};

/** A purchase that MobiFone would refuse. */
export const NOT_ELIGIBLE: ValidationResource = {
  ...ELIGIBLE,
  eligibility: 'refused',
  reason: {
    code: 'package_already_active',
    message: { vi: 'Thuê bao đang sử dụng gói này.', en: 'The subscriber already has this package.' },
  },
};

export const SUBSCRIBER_OFFERS: EligibilityResource = {
  msisdn: ACCEPTED_PURCHASE.msisdn,
  packages: PACKAGES.packages.map((offered) => ({ ...offered, eligibility: 'eligible', reason: null })),
};

export const ACCOUNT: AccountResource = {
  channel: 'phuong-quan-shop',
  paymentForm: 'postpaid',
  discountClass: 'standard',
  keys: [
    { prefix: 'dck_live_', lastFour: 'x7Qa', scopes: ['submit', 'read'], expiresAt: null, label: 'web shop' },
  ],
  webhook: {
    url: 'https://shop.example/datacode/notices',
    states: ['succeeded', 'rolled_back'],
    status: 'healthy',
    since: null,
  },
  earned: {
    today: { day: '2026-11-24', sales: 2, faceValue: 180000, discount: 11700, payable: 168300 },
    thisMonth: { month: '2026-11', sales: 40, faceValue: 3600000, discount: 234000, payable: 3366000 },
  },
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
