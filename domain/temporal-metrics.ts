import type { MetricMeter } from '@temporalio/common';
import { nameForTemporal, type LabelsOf, type Metric } from './metrics';

// Metrics by the SDK's meter, of a worker or of a workflow, with the labels that each metric must have.

export function counter<M extends Metric>(
  meter: MetricMeter,
  metric: M,
): { add(value: number, labels: LabelsOf<M>): void } {
  return meter.createCounter(nameForTemporal(metric), undefined, metric.help);
}

export function gauge<M extends Metric>(
  meter: MetricMeter,
  metric: M,
  values: 'int' | 'float' = 'int',
): { set(value: number, labels: LabelsOf<M>): void } {
  return meter.createGauge(nameForTemporal(metric), values, undefined, metric.help);
}

export function histogram<M extends Metric>(
  meter: MetricMeter,
  metric: M,
): { record(value: number, labels: LabelsOf<M>): void } {
  return meter.createHistogram(nameForTemporal(metric), 'float', undefined, metric.help);
}
