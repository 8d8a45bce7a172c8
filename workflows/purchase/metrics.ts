import { metricMeter } from '@temporalio/workflow';
import type { Attention } from '../../domain/purchase/attention';
import { METRICS, nameForTemporal, NO_LABEL, type LabelsOf, type Metric } from '../../domain/metrics';
import type { Purchase } from '../../domain/purchase/purchase';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { StepRecord } from '../../domain/purchase/steps';

/**
 * What a purchase adds to the worker's metrics. The SDK records nothing during a replay and adds no event to the
 * history; a workflow task that is done twice, since its worker died, may count twice.
 */
export class PurchaseMetrics {
  private readonly purchases = counter(METRICS.purchases);
  private readonly purchaseSeconds = histogram(METRICS.purchaseSeconds);
  private readonly stepSeconds = histogram(METRICS.stepSeconds);
  private readonly attentionCalls = counter(METRICS.attentionCalls);
  private readonly faceValueSold = counter(METRICS.faceValueSold);
  private readonly discountEarned = counter(METRICS.discountEarned);

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

function counter<M extends Metric>(metric: M): { add(value: number, labels: LabelsOf<M>): void } {
  return metricMeter.createCounter(nameForTemporal(metric), undefined, metric.help);
}

function histogram<M extends Metric>(metric: M): { record(value: number, labels: LabelsOf<M>): void } {
  return metricMeter.createHistogram(nameForTemporal(metric), 'float', undefined, metric.help);
}
