import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { TimeoutFailure } from '@temporalio/common';
import {
  ELIGIBILITY_WORKFLOW,
  questionId,
  type EligibilityAnswer,
  type EligibilityQuestion,
} from '../domain/catalogue/eligibility';
import { maskMsisdn } from '../domain/msisdn';
import type { PurchasePolicy } from '../domain/purchase/purchase';
import type { eligibility } from '../workflows/eligibility';
import { answerOf } from './temporal-answers';

/** What a channel wants to know before it sells. */
export type EligibilityWish = Omit<EligibilityQuestion, 'id'>;

/** Asks MobiFone for a channel that has sold nothing yet; throws `TemporalUnavailable`. */
export interface EligibilityQuestions {
  /** @returns what is known of each package; MobiFone's silence, or that of our workers, is `unknown` */
  ask(wish: EligibilityWish): Promise<EligibilityAnswer>;
}

/** How long MobiFone may take, and how long all of it may; nothing is undone by ending a question. */
const PATIENCE_MS = 8_000;
const LIMIT_MS = 15_000;
/** What Temporal may take besides. */
const MARGIN_MS = 5_000;

/** Questions as short workflows, so that they go through the workers, their circuit and MobiFone's rate limit. */
export class TemporalEligibilityQuestions implements EligibilityQuestions {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: PurchasePolicy },
  ) {}

  async ask(wish: EligibilityWish): Promise<EligibilityAnswer> {
    const { taskQueue, policy } = this.settings;
    const id = questionId(`elg_${randomUUID().replaceAll('-', '')}`);
    try {
      return await answerOf(this.client, LIMIT_MS + MARGIN_MS, () =>
        this.client.workflow.execute<typeof eligibility>(ELIGIBILITY_WORKFLOW, {
          workflowId: `eligibility:${wish.channel}:${id}`,
          taskQueue,
          args: [
            { ...wish, id },
            { ...policy, patience: PATIENCE_MS },
          ],
          workflowExecutionTimeout: LIMIT_MS,
          staticSummary: `May ${maskMsisdn(wish.msisdn)} have ${wish.packages.join(', ')}? asks ${wish.channel}`,
          priority: { priorityKey: 4, fairnessKey: wish.channel },
        }),
      );
    } catch (error) {
      if (!isOutOfTime(error)) throw error;
      return wish.packages.map((code) => ({ package: code, eligibility: { kind: 'unknown' } }));
    }
  }
}

/** The workflow found no worker, or none with time for it. */
function isOutOfTime(error: unknown): boolean {
  return error instanceof WorkflowFailedError && error.cause instanceof TimeoutFailure;
}
