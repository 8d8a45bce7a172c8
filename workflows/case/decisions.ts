import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineUpdate,
  patched,
  setHandler,
} from '@temporalio/workflow';
import { DECIDE_CASE_UPDATE, type CaseDecisionResult, type CaseRequest } from '../../domain/case/protocol';
import { caseDecisionsAt, type CaseState } from '../../domain/case/case';
import { UPDATE_REFUSALS } from '../../domain/purchase/protocol';
import { readable } from '../../domain/refused-input';
import { RequestsTaken } from '../requests-taken';
import type { CaseRecord } from './record';
import { caseRequest } from '../update-inputs';

/** The facts that decisions are checked with. */
export interface CaseFacts {
  /** The reason against a refund, checked before it starts; nothing when there is none. */
  objection(): Promise<string | undefined>;
  /** Why it cannot be that nothing was wrong; nothing where nothing speaks against it. */
  objectionToReject(): Promise<string | undefined>;
  /**
   * Asks MobiFone for the state of the transactions, and adds its answers to the case.
   * @returns why it could not be asked; nothing when it was
   */
  ask(): Promise<string | undefined>;
}

/** People's decisions about a case: one at a time, each with who and why. */
export class CaseDecisions {
  /** A decision is being checked with MobiFone: no other is accepted meanwhile. */
  private weighing = false;
  private hastened = false;
  private readonly requests = new RequestsTaken();

  constructor(
    private readonly record: CaseRecord,
    private readonly facts: CaseFacts,
  ) {}

  listen(): void {
    setHandler(
      defineUpdate<CaseDecisionResult, [CaseRequest]>(DECIDE_CASE_UPDATE),
      readable((request) => CancellationScope.nonCancellable(() => this.answer(caseRequest(request)))),
      {
        validator: (request) => this.validate(caseRequest(request)),
        description: 'A person’s decision about the case.',
      },
    );
  }

  /** Waits for `ms` milliseconds, or until a person asks to try at once. */
  async pause(ms: number, summary: string): Promise<void> {
    await condition(() => this.hastened, ms, { summary });
    this.hastened = false;
  }

  private validate(request: CaseRequest): void {
    const { decision } = request;
    this.requests.require(request);
    if (this.weighing) refuse('another decision is being weighed', UPDATE_REFUSALS.decisionNotOpen);
    const open = caseDecisionsAt(this.record.order.subject.kind, this.record.state);
    if (open.includes(decision)) return;
    const left = open.length > 0 ? `open now: ${open.join(', ')}` : 'nothing is left to decide';
    refuse(
      `${decision} is not open while the case is ${this.record.state}; ${left}`,
      UPDATE_REFUSALS.decisionNotOpen,
    );
  }

  /** Without an id the answer comes in the same turn as before there were any: histories that have none replay. */
  private answer(request: CaseRequest): Promise<CaseDecisionResult> {
    const { requestId } = request;
    if (requestId === undefined) return this.decide(request);
    return this.answerOnce(request, requestId);
  }

  private async answerOnce(request: CaseRequest, requestId: string): Promise<CaseDecisionResult> {
    this.requests.take(request);
    return { ...(await this.decide(request)), answers: requestId };
  }

  private async decide(request: CaseRequest): Promise<CaseDecisionResult> {
    switch (request.decision) {
      case 'refund': {
        const objection = await this.alone(() => this.facts.objection());
        if (objection) return { applied: false, because: objection };
        return this.move('refunding', `refund: ${request.why}`, request.by);
      }
      case 're_register':
        return this.move('re_registering', `register again: ${request.why}`, request.by);
      case 'close':
        return this.move('closed', `closed by ${request.how}: ${request.why}`, request.by);
      case 'reject': {
        const objection = patched('rejection-is-weighed')
          ? await this.alone(() => this.facts.objectionToReject())
          : undefined;
        if (objection) return { applied: false, because: objection };
        return this.move('rejected', `rejected: ${request.why}`, request.by);
      }
      case 'ask': {
        const obstacle = await this.alone(() => this.facts.ask());
        if (obstacle) return { applied: false, because: obstacle };
        return { applied: true, case: this.record.case };
      }
      case 'retry_now':
        this.hastened = true;
        return { applied: true, case: this.record.case };
    }
  }

  private async alone<T>(question: () => Promise<T>): Promise<T> {
    this.weighing = true;
    try {
      return await question();
    } finally {
      this.weighing = false;
    }
  }

  private move(state: CaseState, what: string, by: string): CaseDecisionResult {
    this.record.moveTo(state, what, by);
    return { applied: true, case: this.record.case };
  }
}

function refuse(because: string, type: string): never {
  throw ApplicationFailure.nonRetryable(because, type);
}
