import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import type { Message, Sale } from '../../activities/gateway-activities';
import { LOST_ATTEMPT, type AttemptResult } from '../../domain/command-result';
import type { ActivityProxies } from '../activity-proxies';
import { continueFrom } from './sale-attempt';
import type { SendCommand } from './step-runner';

/**
 * The messages of a sale, first attempted in one activity after its answer: each is sent once per id. What that leaves
 * unsettled continues as an activity of its own (docs/decisions/0004-messages-after-the-answer.md).
 */
export class MessagesAttempt {
  private running: Promise<AttemptResult[]> | undefined;

  constructor(
    private readonly activities: ActivityProxies,
    private readonly sale: Sale,
    private readonly summary: string,
    private readonly messages: () => readonly Message[],
  ) {}

  /** One of the messages, by the attempt or, where it settled nothing, by `alone`. */
  send(transaction: Message['transaction'], alone: SendCommand): SendCommand {
    let isTaken = false;
    return async (known, patience) => {
      if (isTaken || known.askFirst) return alone(known, patience);
      isTaken = true;
      this.running ??= CancellationScope.nonCancellable(() => this.make(patience));
      const attempted = await this.running;
      const place = this.messages().findIndex((message) => message.transaction === transaction);
      const own = attempted[place] ?? LOST_ATTEMPT;
      // A message moves no money: what broke the contract is asked about before a person is called.
      if (own.kind !== 'broken_contract') return continueFrom(this.activities, own, { patience }, alone);
      const { kind: _, detail: _detail, ...told } = own;
      return alone({ askFirst: true, ...told }, patience);
    };
  }

  private async make(patience: number): Promise<AttemptResult[]> {
    try {
      return await this.activities
        .once(this.summary, patience, 'paid')
        .sendMessages(this.sale, this.messages());
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours
      return [];
    }
  }
}
