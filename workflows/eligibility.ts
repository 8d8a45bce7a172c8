import { ActivityFailure, isCancellation, sleep } from '@temporalio/workflow';
import type {
  Eligibility,
  EligibilityAnswer,
  EligibilityQuestion,
  PackageQuestion,
} from '../domain/catalogue/eligibility';
import { maskMsisdn } from '../domain/msisdn';
import type { PurchasePolicy } from '../domain/purchase/purchase';
import { PRIORITY } from '../domain/priority';
import { ActivityProxies, detailOf } from './activity-proxies';
import { requireFields, TIME_LIMITS } from './start-inputs';

/**
 * Asks MobiFone whether a subscriber may buy some packages. The caller waits, so what MobiFone does not answer within
 * the policy's patience is unknown, never a failure. Nothing is sold or stored.
 */
export async function eligibility(
  question: EligibilityQuestion,
  policy: PurchasePolicy,
): Promise<EligibilityAnswer> {
  requireFields('question', question, {
    id: 'string',
    channel: 'string',
    msisdn: 'string',
    packages: 'array',
  });
  requireFields('policy', policy, { ...TIME_LIMITS, patience: 'number' });
  const activities = new ActivityProxies(question, policy);
  const { packages, ...asked } = question;
  return Promise.all(
    packages.map(async (code) => ({
      package: code,
      eligibility: await ask(activities, policy.patience, { ...asked, package: code }),
    })),
  );
}

async function ask(
  activities: ActivityProxies,
  patience: number,
  question: PackageQuestion,
): Promise<Eligibility> {
  const summary = `May ${maskMsisdn(question.msisdn)} have ${question.package}?`;
  try {
    return await localFirst(activities, patience, summary, question);
  } catch (failure) {
    if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
    return { kind: 'unknown' };
  }
}

/** One attempt inside the workflow task where no rate limit forbids it, then a normal activity for the remaining time. */
async function localFirst(
  activities: ActivityProxies,
  patience: number,
  summary: string,
  question: PackageQuestion,
): Promise<Eligibility> {
  let left = patience;
  if (activities.isUnlimited) {
    try {
      return await activities.local(summary, (mobifone) => mobifone.askEligibility(question));
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      const { retryAfterMs: pause = 0 } = detailOf(failure);
      if (pause >= left) return { kind: 'unknown' };
      if (pause > 0) await sleep(pause, { summary: 'MobiFone asked for patience' });
      left -= pause;
    }
  }
  return activities.gateway(summary, left, PRIORITY.eligibility).askEligibility(question);
}
