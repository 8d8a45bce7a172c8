import type { Eligibility } from '../../domain/catalogue/eligibility';
import { reasonResource } from '../purchases/resource';
import type { ValidationResource } from './schemas';

/** What MobiFone says of a package, as a channel is told. */
export function eligibilityResource(
  eligibility: Eligibility,
): Pick<ValidationResource, 'eligibility' | 'reason'> {
  return {
    eligibility: eligibility.kind,
    reason: eligibility.kind === 'refused' ? reasonResource(eligibility.refusal) : null,
  };
}
