import type { MetricMeter } from '@temporalio/common';
import type { TelemetryOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { HELD_BY, type DeliveryListener } from '../channel/delivery-gate';
import type { NoticeVerdict } from '../channel/signed-delivery';
import type { Config } from '../config';
import { FOLLOWED_FILES, type FollowedFile } from '../runtime/followed-file';
import type { Descriptors } from '../runtime/descriptors';
import { isPurchaseId, purchaseOfTransaction, type ChannelName } from '../domain/identifiers';
import { HISTOGRAM_SECONDS, METRICS, nameForTemporal, NO_LABEL } from '../domain/metrics';
import { counter, gauge, histogram } from '../domain/temporal-metrics';
import { isBatchNotice, isStateNotice, type Notice } from '../domain/notice/notice';
import { traceIdOf } from '../domain/trace';
import { GATEWAY_CALLS, type GatewayCall } from '../mobifone/contract';
import type { GatewayObservation } from '../mobifone/observed-gateway';

/** Calls with an effect at MobiFone: when the reply is lost, it is unknown whether they took effect. */
const WITH_EFFECT: ReadonlySet<GatewayCall> = new Set(['register', 'charge', 'rollback', 'sms']);

/** Has Temporal's SDK serve its metrics and ours on one port; no metrics where no port is set. */
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

/** A worker's metrics and log lines about MobiFone and webhooks; purchases are measured by the workflows. */
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
  private readonly knownChannels = new Set<string>();
  private readonly decryptionFailures;
  private readonly notFollowed;
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
    this.notFollowed = gauge(meter, METRICS.filesNotFollowed);
    this.clockOffset = gauge(meter, METRICS.clockOffset, 'float');
    this.descriptorLimit = gauge(meter, METRICS.descriptorLimit);
    this.descriptorsOpen = gauge(meter, METRICS.descriptorsOpen);
    this.out.set(0, {});
    // Counters start at 0, since one that appears with its first failure shows no increase.
    for (const call of WITH_EFFECT) this.unknownOutcomes.add(0, { call });
    for (const call of GATEWAY_CALLS) this.held.add(0, { call });
    this.decryptionFailures.add(0, { key_id: NO_LABEL });
    for (const file of FOLLOWED_FILES) this.follows(file, true);
  }

  /** A call to MobiFone ended. */
  readonly gatewayCalled = (observation: GatewayObservation): void => {
    const { call, verdict, wasSent, seconds, transactionId, detail, options } = observation;
    this.callSeconds.record(seconds, { call, verdict });
    const isLost = verdict === 'unknown' || (verdict === 'abandoned' && wasSent); // the first try waits for two seconds only
    if (isLost && WITH_EFFECT.has(call)) this.unknownOutcomes.add(1, { call });
    const level = LEVELS[isLost ? 'unknown' : verdict] ?? 'debug';
    if (!this.logger.isLevelEnabled(level)) return;
    const subject = purchaseOfTransaction(transactionId);
    this.logger[level](
      {
        event: 'gateway.call',
        call,
        verdict,
        durationMs: Math.round(seconds * 1000),
        transactionId,
        ...(isPurchaseId(subject) ? { purchaseId: subject } : {}), // an eligibility check belongs to none
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
  noticeAttempted(channel: ChannelName, notice: Notice, verdict: NoticeVerdict, seconds: number): void {
    const kind = kindOf(notice);
    const status = verdict.status === undefined ? NO_LABEL : `${Math.floor(verdict.status / 100)}xx`;
    this.deliveries.add(1, { channel, kind, status });
    this.webhookSeconds.record(seconds, { kind, result: verdict.kind });
    const level = verdict.kind === 'delivered' ? 'debug' : 'warn';
    if (!this.logger.isLevelEnabled(level)) return;
    this.logger[level](
      {
        event: 'notice.attempt',
        noticeId: notice.id,
        ...(isBatchNotice(notice) ? { batchId: notice.batchId } : { purchaseId: notice.purchaseId }),
        channel,
        durationMs: Math.round(seconds * 1000),
        ...(verdict.kind === 'retry' ? { detail: verdict.detail } : {}),
        ...(notice.requestId ? { requestId: notice.requestId } : {}),
        ...(notice.traceparent ? { traceId: traceIdOf(notice.traceparent) } : {}),
      },
      'notice to a channel',
    );
  }

  /** Whether the newest version of a file is in use. */
  follows(file: FollowedFile, isFollowed: boolean): void {
    this.notFollowed.set(isFollowed ? 0 : 1, { file });
  }

  /** How far this machine's clock is from Temporal's; the SDK's meter throws at a value below zero. */
  readonly clockIsOff = (seconds: number): void => this.clockOffset.set(Math.abs(seconds), {});

  /** Starts a channel's metrics at 0 with its first delivery, so that its first hold shows as an increase. */
  private startMetricsOf(channel: string): void {
    if (this.knownChannels.has(channel)) return;
    this.knownChannels.add(channel);
    this.webhookSilent.set(0, { channel });
    for (const by of HELD_BY) this.webhookHeld.add(0, { channel, by });
  }

  /** Events of the webhook gate. Holds are not logged, since there may be many a second. */
  readonly gate: DeliveryListener = {
    underWay: (channel, count) => {
      this.startMetricsOf(channel);
      this.webhookUnderWay.set(count, { channel });
    },
    held: (channel, by) => {
      this.startMetricsOf(channel);
      this.webhookHeld.add(1, { channel, by });
    },
    turned: (channel, isSilent) => {
      this.webhookSilent.set(isSilent ? 1 : 0, { channel });
      if (isSilent)
        this.logger.warn(
          { event: 'webhook.silent', channel },
          'the webhook does not answer; deliveries are held back',
        );
      else
        this.logger.info({ event: 'webhook.back', channel }, 'the webhook answers again; deliveries resumed');
    },
  };

  /** A payload could not be decrypted. */
  readonly decryptionFailed = (keyId: string): void => this.decryptionFailures.add(1, { key_id: keyId });
}

/** Log levels of the verdicts that operators want to see; all others are logged at `debug`. */
const LEVELS: Partial<Record<GatewayObservation['verdict'], 'info' | 'warn' | 'error'>> = {
  retry_later: 'info',
  unknown: 'warn',
  broken_contract: 'error',
};

function kindOf(notice: Notice): 'batch' | 'state' | 'refund' {
  if (isBatchNotice(notice)) return 'batch';
  return isStateNotice(notice) ? 'state' : 'refund';
}
