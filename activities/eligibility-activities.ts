import { cancellationSignal } from '@temporalio/activity';
import {
  questionTransactionId,
  type Eligibility,
  type PackageQuestion,
} from '../domain/catalogue/eligibility';
import { originOf } from '../domain/trace';
import type { Gateway } from '../mobifone/client';
import { withHeartbeat } from './heartbeat';
import { gatewayFailure } from './gateway-failures';

/** What may be asked of MobiFone without a purchase. */
export function createEligibilityActivities(gateway: Pick<Gateway, 'call'>) {
  return {
    /** The check of seed step (2), under an id of the question's own: it has no effect, so it may be asked again. */
    askEligibility: (question: PackageQuestion): Promise<Eligibility> =>
      withHeartbeat('question of eligibility', async () => {
        const verdict = await gateway.call(
          'check',
          {
            transactionId: questionTransactionId(question.id, question.package),
            msisdn: question.msisdn,
            packageCode: question.package,
            paymentForm: question.paymentForm,
          },
          {
            signal: cancellationSignal(),
            channel: question.channel,
            ...originOf(question),
          },
        );
        switch (verdict.kind) {
          case 'done':
            return { kind: 'eligible' };
          case 'refused':
            return { kind: 'refused', refusal: verdict.refusal };
          default:
            throw gatewayFailure('question of eligibility', verdict);
        }
      }),
  };
}

export type EligibilityActivities = ReturnType<typeof createEligibilityActivities>;
