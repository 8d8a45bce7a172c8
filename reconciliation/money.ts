/** Sums of whole đồng, negative where one side has less than the other. */
export interface Money {
  gross: number;
  discount: number;
  /** Gross less discount: what the agent owes MobiFone. */
  payable: number;
}

export const NOTHING: Money = { gross: 0, discount: 0, payable: 0 };

export function money(gross: number, discount: number): Money {
  return { gross, discount, payable: gross - discount };
}

export function plus(one: Money, other: Money): Money {
  return money(one.gross + other.gross, one.discount + other.discount);
}

export function minus(one: Money, other: Money): Money {
  return money(one.gross - other.gross, one.discount - other.discount);
}

export function isNothing({ gross, discount }: Money): boolean {
  return gross === 0 && discount === 0;
}
