import type { MetricMeter } from '@temporalio/common';
import type { TelemetryOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { HELD_BY, type DeliveryListener } from '../channel/delivery-gate';
import type { NoticeVerdict } from '../channel/signed-delivery';
import type { Config } from '../config';
import type { Descriptors } from '../runtime/descriptors';
import { isPurchaseId, purchaseOfTransaction, type ChannelName } from '../domain/identifiers';
import {
  HISTOGRAM_SECONDS,
  METRICS,
  nameForTemporal,
  NO_LABEL,
  type LabelsOf,
  type Metric,
} from '../domain/metrics';
import { isStateNotice, type Notice } from '../domain/notice/notice';
import { traceIdOf } from '../domain/trace';
import { GATEWAY_CALLS, type GatewayCall } from '../mobifone/contract';
import type { GatewayObservation } from '../mobifone/observed-gateway';

/** Calls that have an effect at MobiFone: when their answer is lost, nobody knows whether it came to be. */
const WITH_EFFECT: ReadonlySet<GatewayCall> = new Set(['register', 'charge', 'rollback', 'sms']);

/** How Temporal's SDK serves its own metrics and ours, on one port; nothing where no port is set. */
export function metricsExporter(
  config: Pick<Config, 'METRICS_HOST' | 'METRICS_WORKER_PORT'>,
): Pick<TelemetryOptions, 'metrics'> {
  if (config.METRICS_WORKER_PORT === undefined) return {};
  const histograms = Object.values(METRICS).filter(({ kind }) => kind === 'histogram');
  return {
    metrics: {
      prometheus: {
        bindAddress: `${config.METRICS_HOST}:${config.METRICS_WORKER_PORT}`,
        countersTotalSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: Object.fromEntries(
          histograms.map((metric) => [nameForTemporal(metric), [...HISTOGRAM_SECONDS]]),
        ),
      },
      attachServiceName: false,
    },
  };
}

/** What a worker tells of MobiFone and of the channels' webhooks; the workflows tell of the purchases themselves. */
export class WorkerMetrics {
  private readonly callSeconds;
  private readonly unknownOutcomes;
  private readonly out;
  private readonly held;
  private readonly deliveries;
  private readonly webhookSeconds;
  private readonly webhookUnderWay;
  private readonly webhookHeld;
  private readonly webhookSilent;
  private readonly channelsMet = new Set<string>();
  private readonly decryptionFailures;
  private readonly clockOffset;
  private readonly descriptorLimit;
  private readonly descriptorsOpen;

  constructor(
    meter: MetricMeter,
    private readonly logger: Logger,
  ) {
    this.callSeconds = histogram(meter, METRICS.gatewayCallSeconds);
    this.unknownOutcomes = counter(meter, METRICS.unknownOutcomes);
    this.out = gauge(meter, METRICS.gatewayOut);
    this.held = counter(meter, METRICS.gatewayCallsHeld);
    this.deliveries = counter(meter, METRICS.webhookDeliveries);
    this.webhookSeconds = histogram(meter, METRICS.webhookSeconds);
    this.webhookUnderWay = gauge(meter, METRICS.webhookUnderWay);
    this.webhookHeld = counter(meter, METRICS.webhookHeld);
    this.webhookSilent = gauge(meter, METRICS.webhookSilent);
    this.decryptionFailures = counter(meter, METRICS.decryptionFailures);
    this.clockOffset = gauge(meter, METRICS.clockOffset, 'float');
    this.descriptorLimit = gauge(meter, METRICS.descriptorLimit);
    this.descriptorsOpen = gauge(meter, METRICS.descriptorsOpen);
    this.out.set(0, {});
    // A counter that appears with its first failure shows no increase: there from the start, it does.
    for (const call of WITH_EFFECT) this.unknownOutcomes.add(0, { call });
    for (const call of GATEWAY_CALLS) this.held.add(0, { call });
    this.decryptionFailures.add(0, { key_id: NO_LABEL });
  }

  /** A call to MobiFone ended: counted always, and a line where its end is no outcome. */
  readonly gatewayCalled = (observation: GatewayObservation): void => {
    const { call, verdict, seconds, transactionId, detail, options } = observation;
    this.callSeconds.record(seconds, { call, verdict });
    if (verdict === 'unknown' && WITH_EFFECT.has(call)) this.unknownOutcomes.add(1, { call });
    const level = LEVELS[verdict] ?? 'debug';
    if (!this.logger.isLevelEnabled(level)) return;
    const subject = purchaseOfTransaction(transactionId);
    this.logger[level](
      {
        event: 'gateway.call',
        call,
        verdict,
        durationMs: Math.round(seconds * 1000),
        transactionId,
        ...(isPurchaseId(subject) ? { purchaseId: subject } : {}), // a mere question belongs to none
        ...(detail === undefined ? {} : { detail }),
        ...(options.requestId ? { requestId: options.requestId } : {}),
        ...(options.traceparent ? { traceId: traceIdOf(options.traceparent) } : {}),
      },
      'call to MobiFone',
    );
  };

  /** The circuit opened or closed. */
  readonly gatewayTurned = (isOut: boolean): void => {
    this.out.set(isOut ? 1 : 0, {});
    if (isOut) this.logger.error({ event: 'gateway.out' }, 'MobiFone is out; calls are held back');
    else this.logger.info({ event: 'gateway.back' }, 'MobiFone is back');
  };

  readonly descriptors = ({ limit, open }: Descriptors): void => {
    this.descriptorLimit.set(limit, {});
    this.descriptorsOpen.set(open, {});
  };

  readonly gatewayCallHeld = (call: GatewayCall): void => this.held.add(1, { call });

  /** An attempt to deliver a notice ended. */
  noticeTried(channel: ChannelName, notice: Notice, verdict: NoticeVerdict, seconds: number): void {
    const kind = isStateNotice(notice) ? 'state' : 'refund';
    const status = verdict.status === undefined ? NO_LABEL : `${Math.floor(verdict.status / 100)}xx`;
    this.deliveries.add(1, { channel, kind, status });
    this.webhookSeconds.record(seconds, { kind, result: verdict.kind });
    const level = verdict.kind === 'delivered' ? 'debug' : 'warn';
    if (!this.logger.isLevelEnabled(level)) return;
    this.logger[level](
      {
        event: 'notice.attempt',
        noticeId: notice.id,
        purchaseId: notice.purchaseId,
        channel,
        durationMs: Math.round(seconds * 1000),
        ...(verdict.kind === 'retry' ? { detail: verdict.detail } : {}),
        ...(notice.requestId ? { requestId: notice.requestId } : {}),
        ...(notice.traceparent ? { traceId: traceIdOf(notice.traceparent) } : {}),
      },
      'notice to a channel',
    );
  }

  /** How far the clock of this machine is ahead of Temporal's. */
  readonly clockIsOff = (seconds: number): void => this.clockOffset.set(seconds, {});
  /** What is told of a channel is there from its first delivery on, so that a first hold shows as an increase. */
  private meet(channel: string): void {
    if (this.channelsMet.has(channel)) return;
    this.channelsMet.add(channel);
    this.webhookSilent.set(0, { channel });
    for (const by of HELD_BY) this.webhookHeld.add(0, { channel, by });
  }

  /** What the gate before the webhooks does; a hold is not logged, since there may be many a second. */
  readonly gate: DeliveryListener = {
    underWay: (channel, count) => {
      this.meet(channel);
      this.webhookUnderWay.set(count, { channel });
    },
    held: (channel, by) => {
      this.meet(channel);
      this.webhookHeld.add(1, { channel, by });
    },
    turned: (channel, isSilent) => {
      this.webhookSilent.set(isSilent ? 1 : 0, { channel });
      if (isSilent)
        this.logger.warn(
          { event: 'webhook.silent', channel },
          'the webhook does not answer; deliveries are held back',
        );
      else this.logger.info({ event: 'webhook.back', channel }, 'deliveries to the webhook go on');
    },
  };

  /** A payload could not be decrypted. */
  readonly decryptionFailed = (keyId: string): void => this.decryptionFailures.add(1, { key_id: keyId });
}

/** Ends of a call that operators want to see; all others are told at `debug`. */
const LEVELS: Partial<Record<GatewayObservation['verdict'], 'info' | 'warn' | 'error'>> = {
  retry_later: 'info',
  unknown: 'warn',
  broken_contract: 'error',
};

function counter<M extends Metric>(
  meter: MetricMeter,
  metric: M,
): { add(value: number, labels: LabelsOf<M>): void } {
  return meter.createCounter(nameForTemporal(metric), undefined, metric.help);
}

function gauge<M extends Metric>(
  meter: MetricMeter,
  metric: M,
  values: 'int' | 'float' = 'int',
): { set(value: number, labels: LabelsOf<M>): void } {
  return meter.createGauge(nameForTemporal(metric), values, undefined, metric.help);
}

function histogram<M extends Metric>(
  meter: MetricMeter,
  metric: M,
): { record(value: number, labels: LabelsOf<M>): void } {
  return meter.createHistogram(nameForTemporal(metric), 'float', undefined, metric.help);
}
