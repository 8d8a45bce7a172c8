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
  /** Face value, whole đồng. */
  amount: number;
}

export function hasLimit({ salesPerNumberPerDay, amountPerNumberPerDay }: NumberLimits): boolean {
  return salesPerNumberPerDay !== undefined || amountPerNumberPerDay !== undefined;
}

/** Which limit an order would exceed beside those that are counted already; nothing if none. */
export function exceededLimit(
  { salesPerNumberPerDay = Infinity, amountPerNumberPerDay = Infinity }: NumberLimits,
  counted: readonly CountedSale[],
  amount: number,
): keyof NumberLimits | undefined {
  if (counted.length + 1 > salesPerNumberPerDay) return 'salesPerNumberPerDay';
  const sum = counted.reduce((all, sale) => all + sale.amount, amount);
  return sum > amountPerNumberPerDay ? 'amountPerNumberPerDay' : undefined;
}
