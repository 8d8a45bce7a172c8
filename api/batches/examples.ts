import { countOutcomes } from '../../domain/batch/progress';
import type { BatchResource, BatchRowResource } from './schemas';

const { results: NOTHING, money: NO_MONEY } = countOutcomes([]);

/** A batch that was just accepted. */
export const ACCEPTED_BATCH: BatchResource = {
  batchId: 'staff-2026-11',
  state: 'running',
  waitingFor: null,
  rows: 300,
  results: { ...NOTHING, not_begun: 300 },
  money: NO_MONEY,
  startedAt: '2026-11-24T03:05:00.000Z',
  endedAt: null,
};

/** The same when it is over. */
export const COMPLETED_BATCH: BatchResource = {
  ...ACCEPTED_BATCH,
  state: 'completed',
  results: { ...NOTHING, succeeded: 297, rolled_back: 2, refused: 1 },
  money: { faceValue: 26_730_000, discount: 1_737_450, payable: 24_992_550, refunded: 180_000 },
  endedAt: '2026-11-24T03:07:10.000Z',
};

export const ROWS: BatchRowResource[] = [
  {
    index: 0,
    externalId: 'staff-2026-11-0001',
    msisdn: '8490****567',
    package: 'D90',
    result: 'succeeded',
    reason: null,
    purchaseId: 'pur_abcdefghijklmnopqrstuvwxyz',
    faceValue: 90_000,
    discount: 5_850,
    payable: 84_150,
    refund: 0,
  },
];
