import type { Eligibility } from '../../domain/catalogue/eligibility';
import { reasonResource } from '../http/fields';
import type { EligibilityResource } from './schemas';

/** What MobiFone says of a package, as a channel is told. */
export function eligibilityResource(
  eligibility: Eligibility,
): Pick<EligibilityResource['packages'][number], 'eligibility' | 'reason'> {
  return {
    eligibility: eligibility.kind,
    reason: eligibility.kind === 'refused' ? reasonResource(eligibility.refusal) : null,
  };
}
