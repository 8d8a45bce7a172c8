import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import { NOTICE_KINDS, type BusinessSnapshot } from '../../client/business-snapshot';
import { faultInWords, type NamespaceFault } from '../../client/namespace-fault';
import { TemporalUnavailable } from '../../client/purchases';
import { BREAK_AGES } from '../../domain/reconciliation/break-ages';
import { METRICS } from '../../domain/metrics';
import { gauge } from '../http/metrics';

/** What the figures are taken from. */
export interface BusinessSource {
  take(): Promise<BusinessSnapshot>;
  namespaceFault(): Promise<NamespaceFault | undefined>;
  /** For how long Temporal keeps closed purchases; undefined where it does not say. */
  retentionMs(): Promise<number | undefined>;
}

/**
 * Gauges of open purchases, notices, queues and reconciliation, as Temporal has them. They are refreshed at their own
 * interval and never by a scrape, so the load on Temporal does not depend on the number of scrapers.
 */
export class BusinessGauges {
  private readonly reachable;
  private readonly usable;
  private isUsable = true;
  private readonly short;
  private isShort = false;
  private readonly gauges;

  constructor(
    registry: Registry,
    private readonly source: BusinessSource,
    private readonly logger: Logger,
    private readonly wantedRetentionMs: number,
  ) {
    this.reachable = gauge(registry, METRICS.temporalReachable);
    this.usable = gauge(registry, METRICS.namespaceUsable);
    this.short = gauge(registry, METRICS.retentionShort);
    this.gauges = {
      open: gauge(registry, METRICS.openPurchases),
      needAttention: gauge(registry, METRICS.needAttention),
      oldestAttention: gauge(registry, METRICS.oldestAttention),
      oldestCase: gauge(registry, METRICS.oldestCase),
      noticesPending: gauge(registry, METRICS.noticesPending),
      noticesOverdue: gauge(registry, METRICS.noticesOverdue),
      pollers: gauge(registry, METRICS.queuePollers),
      backlog: gauge(registry, METRICS.queueBacklog),
      backlogAge: gauge(registry, METRICS.queueBacklogAge),
      reconciliationAge: gauge(registry, METRICS.reconciliationAge),
      breaks: gauge(registry, METRICS.reconciliationBreaks),
      openBreaks: gauge(registry, METRICS.openBreaks),
      openBreaksAtStake: gauge(registry, METRICS.openBreaksAtStake),
    };
    this.forget();
  }

  /**
   * Refreshes now, and again after each refresh.
   * @param everyMs pause between two refreshes
   * @returns a function that stops the refreshing
   */
  keepFresh(everyMs: number): () => void {
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    const round = async (): Promise<void> => {
      await this.refresh();
      if (!stopped) timer = setTimeout(() => void round(), everyMs).unref();
    };
    void round();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  /** Never rejects. When the snapshot fails, the gauges are absent rather than stale. */
  async refresh(): Promise<void> {
    try {
      await this.lookAtNamespace(); // what is missing there may fail the figures
      await this.lookAtRetention();
      this.show(await this.source.take());
    } catch (error) {
      this.forget();
      this.reachable.set({}, 0);
      if (!(error instanceof TemporalUnavailable)) {
        this.logger.warn({ err: error }, 'reading the business figures from Temporal failed');
      }
    }
  }

  private async lookAtNamespace(): Promise<void> {
    this.usable.forget();
    const fault = await this.source.namespaceFault();
    this.usable.set({}, fault ? 0 : 1);
    if (fault && this.isUsable)
      this.logger.error(`Temporal's namespace cannot be used: ${faultInWords(fault)}`);
    if (!fault && !this.isUsable) this.logger.info("Temporal's namespace can be used again");
    this.isUsable = fault === undefined;
  }

  private async lookAtRetention(): Promise<void> {
    const kept = (await this.source.retentionMs()) ?? Infinity;
    const isShort = kept < this.wantedRetentionMs;
    this.short.set({}, isShort ? 1 : 0);
    if (isShort && !this.isShort)
      this.logger.error(
        `Temporal keeps closed purchases for ${inHours(kept)}, not for ${inHours(this.wantedRetentionMs)} as TEMPORAL_RETENTION has it: ` +
          'a repeated order is sold again after that, and statements and exports lack what is older',
      );
    if (!isShort && this.isShort) this.logger.info('Temporal keeps closed purchases for long enough again');
    this.isShort = isShort;
  }

  private show(snapshot: BusinessSnapshot): void {
    const { gauges } = this;
    this.reachable.set({}, 1);
    for (const [state, count] of Object.entries(snapshot.openByState)) gauges.open.set({ state }, count);
    for (const [reason, count] of Object.entries(snapshot.attentionByReason)) {
      gauges.needAttention.set({ reason }, count);
    }
    gauges.oldestAttention.set({}, snapshot.oldestAttentionSeconds);
    gauges.oldestCase.set({}, snapshot.oldestCaseSeconds);
    for (const kind of NOTICE_KINDS) {
      gauges.noticesPending.set({ kind }, snapshot.noticesPending[kind]);
      gauges.noticesOverdue.set({ kind }, snapshot.noticesOverdue[kind]);
    }
    for (const { queue, type, pollers, backlog, backlogAgeSeconds } of snapshot.queues) {
      gauges.pollers.set({ queue, type }, pollers);
      gauges.backlog.set({ queue, type }, backlog);
      gauges.backlogAge.set({ queue, type }, backlogAgeSeconds);
    }
    for (const age of BREAK_AGES) {
      gauges.openBreaks.set({ age }, snapshot.openBreaks[age].count);
      gauges.openBreaksAtStake.set({ age }, snapshot.openBreaks[age].atStake);
    }
    const { lastReconciliation } = snapshot;
    if (!lastReconciliation) return;
    gauges.reconciliationAge.set({}, lastReconciliation.ageSeconds);
    for (const [kind, count] of Object.entries(lastReconciliation.breaks)) gauges.breaks.set({ kind }, count);
  }

  /** A stale value would keep an alert silent, or firing. */
  private forget(): void {
    for (const each of Object.values(this.gauges)) each.forget();
    this.short.forget();
  }
}

function inHours(milliseconds: number): string {
  return `${Math.floor(milliseconds / 3_600_000)} h`;
}
