/** By code unit, so that no machine's language changes the order. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
