import type { StatedPurchase } from '../../client/channel-statements';
import type { StatementPart } from './account';
import type { StatedRefundResource, StatementDayResource, StatementResource } from './schemas';

/** What a statement says before anything of it is read. */
export type StatementHead = Pick<StatementResource, 'channel' | 'period' | 'from' | 'to' | 'asOf'>;

/** A statement as JSON, written a page of purchases at a time: what a day came to stands behind its refunds. */
export async function* statementJson(
  head: StatementHead,
  parts: AsyncIterable<StatementPart>,
): AsyncGenerator<string> {
  let [dayBegins, separator] = [true, ''];
  for await (const part of parts) {
    if (part.kind === 'opening') {
      const begin = JSON.stringify({ ...head, opening: part.opening });
      yield `${begin.slice(0, -1)},"days":[`; // the object goes on
    } else if (part.kind === 'purchases') {
      const refunds = part.purchases.flatMap(refundResource).map((refund) => JSON.stringify(refund));
      if (refunds.length === 0) continue;
      yield `${dayBegins ? `${separator}{"refunds":[` : ','}${refunds.join(',')}`;
      dayBegins = false;
    } else if (part.kind === 'day') {
      const begin = dayBegins ? `${separator}{"refunds":[` : '';
      const day: Omit<StatementDayResource, 'refunds'> = part.day;
      yield `${begin}],${JSON.stringify(day).slice(1)}`;
      [dayBegins, separator] = [true, ','];
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
