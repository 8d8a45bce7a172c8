import type { OpenSince } from './break-register';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Ages of open breaks, the youngest first: each is from its `days` on. */
const AGES = { under_1d: 0, '1d_to_3d': 1, '3d_to_7d': 3, over_7d: 7 } as const;
export type BreakAge = keyof typeof AGES;
export const BREAK_AGES = Object.keys(AGES) as BreakAge[]; // the literal's keys

/** Open breaks by age; an age without any is 0, so that its graph falls. */
export function byAge(
  open: readonly OpenSince[],
  now: Date,
): Record<BreakAge, { count: number; atStake: number }> {
  const ages = {
    under_1d: { count: 0, atStake: 0 },
    '1d_to_3d': { count: 0, atStake: 0 },
    '3d_to_7d': { count: 0, atStake: 0 },
    over_7d: { count: 0, atStake: 0 },
  };
  for (const { foundAt, count, atStake } of open) {
    const days = (now.getTime() - Date.parse(foundAt)) / DAY_MS;
    const age = BREAK_AGES.findLast((one) => days >= AGES[one]) ?? 'under_1d';
    ages[age].count += count;
    ages[age].atStake += atStake;
  }
  return ages;
}
