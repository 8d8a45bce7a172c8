import fc from 'fast-check';
import { PROFILES, type GatewayProfile } from '../../sandbox/profile';

/** The longest time after which a drawn gateway's inquiry is final, and after which a command lands; each. */
export const LONGEST_LAG_MS = 120_000;

/**
 * After how long an inquiry about a command is final at every drawn gateway (P3, P4): it may land late, and be seen
 * late as well.
 */
export const SETTLES_WITHIN_MS = 2 * LONGEST_LAG_MS;

/** `drawn`: all kept, none kept or a mixture, by the seed. */
export const PROFILE_CHOICES = ['drawn', 'all_kept', 'none_kept', 'by_contract'] as const;
export type ProfileChoice = (typeof PROFILE_CHOICES)[number];

/** Often none, or times of any length up to the longest. */
const lagMs = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: LONGEST_LAG_MS }));

const times = { inquiryLagMs: lagMs, landsLateMs: lagMs };
const waysToBreak = {
  secondRegistration: fc.constantFrom('already_active' as const, 'executed' as const),
  inquiryBeforeThat: fc.constantFrom('NOT_FOUND' as const, 'PROCESSING' as const),
};

const mixture: fc.Arbitrary<GatewayProfile> = fc.record({
  ...times,
  ...waysToBreak,
  executesOnce: fc.boolean(),
  refusals: fc.constantFrom(
    'stick' as const,
    'stick' as const,
    'forgotten' as const,
    'replace_success' as const,
  ),
  rollbackVoids: fc.boolean(),
  rollbackRefusals: fc.constantFrom('forgotten' as const, 'stick' as const),
  inquiryTellsSale: fc.boolean(),
  maintenancePage: fc.constant(null),
});

const noneKept: fc.Arbitrary<GatewayProfile> = fc
  .record({
    ...times,
    ...waysToBreak,
    refusals: fc.constantFrom('forgotten' as const, 'replace_success' as const),
  })
  .map((drawn) => ({ ...PROFILES.none_kept, ...drawn }));

/** The gateways of a choice; a drawn one shrinks towards one that keeps every promise. */
export function profilesOf(choice: ProfileChoice): fc.Arbitrary<GatewayProfile> {
  switch (choice) {
    case 'drawn':
      return fc.oneof(fc.constant(PROFILES.all_kept), noneKept, mixture);
    case 'none_kept':
      return noneKept;
    case 'all_kept':
    case 'by_contract':
      return fc.constant(PROFILES[choice]);
  }
}
