import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { TimeoutFailure } from '@temporalio/common';
import {
  ELIGIBILITY_ACTIVITY,
  ELIGIBILITY_WORKFLOW,
  eligibilityOf,
  questionId,
  type Eligibility,
  type EligibilityAnswer,
  type EligibilityQuestion,
  type PackageQuestion,
} from '../domain/catalogue/eligibility';
import type { PackageCode } from '../domain/catalogue/packages';
import type { ChannelName } from '../domain/identifiers';
import { maskMsisdn, type Msisdn } from '../domain/msisdn';
import { PRIORITY } from '../domain/priority';
import type { PurchasePolicy } from '../domain/purchase/purchase';
import type { eligibility } from '../workflows/eligibility';
import { askAlone } from './asked-alone';
import { PurchaseUnreadable } from './purchases';
import { answerOf, hasCode } from './temporal-answers';

/** A question whether a subscriber may buy. */
export type EligibilityWish = Omit<EligibilityQuestion, 'id'>;

/** Asks MobiFone whether a subscriber may buy; throws `TemporalUnavailable`. */
export interface EligibilityQuestions {
  /** @returns the answer for each package; `unknown` if MobiFone or our workers do not respond in time */
  ask(wish: EligibilityWish): Promise<EligibilityAnswer>;
}

/** Time limits of MobiFone's answer and of the whole question. Ending a question needs no undo. */
const PATIENCE_MS = 8_000;
const LIMIT_MS = 15_000;
/** Additional time for Temporal. */
const MARGIN_MS = 5_000;

/**
 * Questions as standalone activities, so that the workers' circuit and MobiFone's rate limit apply and nothing is left in
 * a history. A server that has none (before 1.31) answers by a short workflow (docs/decisions/0030-questions-are-activities.md).
 */
export class TemporalEligibilityQuestions implements EligibilityQuestions {
  private hasStandaloneActivities = true;

  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: PurchasePolicy; patienceMs?: number },
  ) {}

  async ask(wish: EligibilityWish): Promise<EligibilityAnswer> {
    const question = { ...wish, id: questionId(`elg_${randomUUID().replaceAll('-', '')}`) };
    if (!this.hasStandaloneActivities) return this.askByWorkflow(question);
    try {
      return await this.askByActivities(question);
    } catch (error) {
      if (!hasCode(error, status.UNIMPLEMENTED)) throw error;
      this.hasStandaloneActivities = false;
      return this.askByWorkflow(question);
    }
  }

  /**
   * One call at a time: a question takes no more of Temporal than an order. Each package has its share of the time that is
   * left, so that one that is not answered leaves time for those after it; what is not answered in its time is unknown.
   */
  private async askByActivities({ packages, ...asked }: EligibilityQuestion): Promise<EligibilityAnswer> {
    const { patienceMs = PATIENCE_MS } = this.settings;
    const until = performance.now() + patienceMs;
    const answers: { package: PackageCode; eligibility: Eligibility }[] = [];
    for (const [at, code] of packages.entries()) {
      const leftMs = until - performance.now();
      const shareMs = Math.ceil(leftMs / (packages.length - at));
      const eligibility: Eligibility =
        shareMs > 0 ? await this.askByActivity({ ...asked, package: code }, shareMs) : { kind: 'unknown' };
      answers.push({ package: code, eligibility });
    }
    return answers;
  }

  private async askByActivity(question: PackageQuestion, patienceMs: number): Promise<Eligibility> {
    const { taskQueue, policy } = this.settings;
    const { id, channel, msisdn, package: code } = question;
    return eligibilityOf(
      await askAlone(this.client, patienceMs + MARGIN_MS, ELIGIBILITY_ACTIVITY, {
        id: `eligibility:${channel}:${id}:${code}`,
        taskQueue: policy.gatewayTaskQueue ?? taskQueue,
        args: [question],
        summary: inWords(msisdn, code, channel),
        scheduleToCloseTimeout: patienceMs,
        startToCloseTimeout: policy.attemptTimeout,
        retry: {
          initialInterval: policy.retryInitialInterval,
          maximumInterval: policy.retryMaximumInterval,
        },
        priority: { priorityKey: PRIORITY.eligibility, fairnessKey: channel },
      }),
    );
  }

  private async askByWorkflow(question: EligibilityQuestion): Promise<EligibilityAnswer> {
    const { taskQueue, policy } = this.settings;
    const { id, channel, msisdn, packages } = question;
    try {
      const told: unknown = await answerOf(this.client, LIMIT_MS + MARGIN_MS, () =>
        this.client.workflow.execute<typeof eligibility>(ELIGIBILITY_WORKFLOW, {
          workflowId: `eligibility:${channel}:${id}`,
          taskQueue,
          args: [question, { ...policy, patience: PATIENCE_MS }],
          workflowExecutionTimeout: LIMIT_MS,
          staticSummary: inWords(msisdn, packages.join(', '), channel),
          priority: { priorityKey: PRIORITY.eligibility, fairnessKey: channel },
        }),
      );
      return answerIn(told, packages);
    } catch (error) {
      if (!isOutOfTime(error) && !(error instanceof PurchaseUnreadable)) throw error;
      return packages.map((code) => ({ package: code, eligibility: { kind: 'unknown' } }));
    }
  }
}

/** For each package that was asked about, whatever a workflow gave that somebody else may have completed. */
function answerIn(told: unknown, packages: readonly PackageCode[]): EligibilityAnswer {
  const given: readonly unknown[] = Array.isArray(told) ? told : [];
  const of = (code: PackageCode) =>
    given.find((one) => typeof one === 'object' && one !== null && 'package' in one && one.package === code);
  return packages.map((code) => {
    const one = of(code);
    const isTold = typeof one === 'object' && one !== null && 'eligibility' in one;
    return { package: code, eligibility: eligibilityOf(isTold ? one.eligibility : undefined) };
  });
}

function inWords(number: Msisdn, packages: string, channel: ChannelName): string {
  return `May ${maskMsisdn(number)} have ${packages}? asks ${channel}`;
}

/** No worker ran the workflow in time. */
function isOutOfTime(error: unknown): boolean {
  return error instanceof WorkflowFailedError && error.cause instanceof TimeoutFailure;
}
