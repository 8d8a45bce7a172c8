import { metricMeter } from '@temporalio/workflow';
import type { Attention } from '../../domain/purchase/attention';
import { METRICS, NO_LABEL } from '../../domain/metrics';
import { counter, histogram } from '../../domain/temporal-metrics';
import type { Purchase } from '../../domain/purchase/purchase';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { StepRecord } from '../../domain/purchase/steps';

/**
 * What a purchase adds to the worker's metrics. The SDK records nothing during a replay and adds no event to the
 * history; a workflow task that is done twice, since its worker died, may count twice.
 */
export class PurchaseMetrics {
  private readonly purchases = counter(metricMeter, METRICS.purchases);
  private readonly purchaseSeconds = histogram(metricMeter, METRICS.purchaseSeconds);
  private readonly stepSeconds = histogram(metricMeter, METRICS.stepSeconds);
  private readonly attentionCalls = counter(metricMeter, METRICS.attentionCalls);
  private readonly faceValueSold = counter(metricMeter, METRICS.faceValueSold);
  private readonly discountEarned = counter(metricMeter, METRICS.discountEarned);

  ended({ order, reason }: Purchase, outcome: PurchaseOutcome): void {
    const sold = { package: order.package.code, channel: order.channel };
    this.purchases.add(1, {
      ...sold,
      outcome,
      reason: reason ?? NO_LABEL,
      payment_form: order.paymentForm,
    });
    this.purchaseSeconds.record(secondsBetween(order.acceptedAt, Date.now()), {
      outcome,
      payment_form: order.paymentForm,
    });
    if (outcome !== 'succeeded') return;
    this.faceValueSold.add(order.faceValue, sold);
    this.discountEarned.add(order.discount.amount, sold);
  }

  stepEnded({ step, status, startedAt, endedAt }: StepRecord): void {
    this.stepSeconds.record(secondsBetween(startedAt, Date.parse(endedAt ?? startedAt)), { step, status });
  }

  attentionCalled({ step, reason }: Pick<Attention, 'step' | 'reason'>): void {
    this.attentionCalls.add(1, { step, reason });
  }
}

/** Never negative, even when the clocks of two machines differ: a meter throws at that, and the purchase would stall. */
function secondsBetween(from: string, to: number): number {
  return Math.max(0, to - Date.parse(from)) / 1000;
}
