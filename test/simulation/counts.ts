/** Counts by name, summed up. */
export function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const count of counts)
    for (const [name, times] of Object.entries(count)) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}
