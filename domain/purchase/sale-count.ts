import type { PackageCode } from '../catalogue/packages';
import type { ChannelName, ExternalId } from '../identifiers';

/** The type of the workflow that holds a counted order's place; written into histories, so never renamed. */
export const COUNTED_SALE_WORKFLOW = 'countedSale';

/** How much may be sold to one number on a day in Vietnam. */
export interface NumberLimits {
  /** Orders; without those that sold nothing. */
  salesPerNumberPerDay?: number | undefined;
  /** Their face value, whole đồng. */
  amountPerNumberPerDay?: number | undefined;
}

/** An order that counts towards a number's limit. */
export interface CountedSale {
  channel: ChannelName;
  externalId: ExternalId;
  /** Missing in places that an earlier version took. */
  package?: PackageCode;
  /** Face value, whole đồng. */
  amount: number;
}

export function hasLimit({ salesPerNumberPerDay, amountPerNumberPerDay }: NumberLimits): boolean {
  return salesPerNumberPerDay !== undefined || amountPerNumberPerDay !== undefined;
}

/**
 * Which limit an order would exceed beside those that are counted already; nothing if none. Of one order id that was sent with
 * several packages one is sold at most: it counts once, as the dearest.
 */
export function exceededLimit(
  { salesPerNumberPerDay = Infinity, amountPerNumberPerDay = Infinity }: NumberLimits,
  counted: readonly CountedSale[],
  wanted: CountedSale,
): keyof NumberLimits | undefined {
  const amounts = new Map<string, number>();
  for (const { channel, externalId, amount } of [...counted, wanted]) {
    const order = `${channel}:${externalId}`;
    amounts.set(order, Math.max(amount, amounts.get(order) ?? 0));
  }
  if (amounts.size > salesPerNumberPerDay) return 'salesPerNumberPerDay';
  const sum = [...amounts.values()].reduce((all, amount) => all + amount, 0);
  return sum > amountPerNumberPerDay ? 'amountPerNumberPerDay' : undefined;
}
