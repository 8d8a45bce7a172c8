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

/** Questions as short workflows, so that the workers' circuit and MobiFone's rate limit apply. */
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

/** No worker ran the workflow in time. */
function isOutOfTime(error: unknown): boolean {
  return error instanceof WorkflowFailedError && error.cause instanceof TimeoutFailure;
}
