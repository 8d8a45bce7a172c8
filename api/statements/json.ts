import type { StatedPurchase } from '../../client/channel-statements';
import type { StatementPart } from './account';
import type { StatedRefundResource, StatementDayResource, StatementResource } from './schemas';

/** What a statement says before anything of it is read. */
export type StatementHead = Pick<StatementResource, 'channel' | 'period' | 'from' | 'to' | 'asOf'>;

/** A statement as JSON, written a day at a time. */
export async function* statementJson(
  head: StatementHead,
  parts: AsyncIterable<StatementPart>,
): AsyncGenerator<string> {
  let refunds: StatedRefundResource[] = [];
  let separator = '';
  for await (const part of parts) {
    if (part.kind === 'opening') {
      const begin = JSON.stringify({ ...head, opening: part.opening });
      yield `${begin.slice(0, -1)},"days":[`; // the object goes on
    } else if (part.kind === 'purchases') {
      refunds.push(...part.purchases.flatMap(refundResource));
    } else if (part.kind === 'day') {
      yield separator + JSON.stringify({ ...part.day, refunds } satisfies StatementDayResource);
      separator = ',';
      refunds = [];
    } else {
      const { opening: _, closing, over, final, ...totals } = part.end;
      const end = { totals, closing, over, final } satisfies Partial<StatementResource>;
      yield `],${JSON.stringify(end).slice(1)}`;
    }
  }
}

export function refundResource({ refund, ...purchase }: StatedPurchase): StatedRefundResource[] {
  if (!refund) return [];
  const { purchaseId, externalId, package: code, state, faceValue } = purchase;
  return [
    {
      purchaseId,
      externalId,
      package: code,
      outcome: state as StatedRefundResource['outcome'], // only what has an outcome is refunded
      amount: faceValue,
      ...refund,
    },
  ];
}
