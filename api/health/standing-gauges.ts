import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import { NOTICE_KINDS, type Standing } from '../../client/standing';
import { TemporalUnavailable } from '../../client/purchases';
import { METRICS } from '../../domain/metrics';
import { gauge } from '../http/metrics';

/** Asks how the business stands. */
export type AskStanding = () => Promise<Standing>;

/**
 * Keeps the gauges of what Temporal holds: asked in its own time and never by a scrape, so that however many scrape,
 * and however often, Temporal is asked the same.
 */
export class StandingGauges {
  private readonly reachable;
  private readonly open;
  private readonly needAttention;
  private readonly oldestAttention;
  private readonly noticesPending;
  private readonly noticesOverdue;
  private readonly pollers;
  private readonly backlog;
  private readonly backlogAge;
  private readonly reconciliationAge;
  private readonly breaks;

  constructor(
    registry: Registry,
    private readonly ask: AskStanding,
    private readonly logger: Logger,
  ) {
    this.reachable = gauge(registry, METRICS.temporalReachable);
    this.open = gauge(registry, METRICS.openPurchases);
    this.needAttention = gauge(registry, METRICS.needAttention);
    this.oldestAttention = gauge(registry, METRICS.oldestAttention);
    this.noticesPending = gauge(registry, METRICS.noticesPending);
    this.noticesOverdue = gauge(registry, METRICS.noticesOverdue);
    this.pollers = gauge(registry, METRICS.queuePollers);
    this.backlog = gauge(registry, METRICS.queueBacklog);
    this.backlogAge = gauge(registry, METRICS.queueBacklogAge);
    this.reconciliationAge = gauge(registry, METRICS.reconciliationAge);
    this.breaks = gauge(registry, METRICS.reconciliationBreaks);
    this.forget();
  }

  /**
   * Asks now, and again a while after each answer.
   * @param everyMs between an answer and the next question
   * @returns ends it
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

  /** Never rejects: what could not be learned is absent, rather than old. */
  async refresh(): Promise<void> {
    try {
      this.tell(await this.ask());
    } catch (error) {
      this.forget();
      this.reachable.set({}, 0);
      if (!(error instanceof TemporalUnavailable)) {
        this.logger.warn({ err: error }, 'how the business stands could not be learned from Temporal');
      }
    }
  }

  private tell(standing: Standing): void {
    this.reachable.set({}, 1);
    for (const [state, count] of Object.entries(standing.openByState)) this.open.set({ state }, count);
    for (const [reason, count] of Object.entries(standing.attentionByReason)) {
      this.needAttention.set({ reason }, count);
    }
    this.oldestAttention.set({}, standing.oldestAttentionSeconds);
    for (const kind of NOTICE_KINDS) {
      this.noticesPending.set({ kind }, standing.noticesPending[kind]);
      this.noticesOverdue.set({ kind }, standing.noticesOverdue[kind]);
    }
    for (const { queue, type, pollers, backlog, backlogAgeSeconds } of standing.queues) {
      this.pollers.set({ queue, type }, pollers);
      this.backlog.set({ queue, type }, backlog);
      this.backlogAge.set({ queue, type }, backlogAgeSeconds);
    }
    const { lastReconciliation } = standing;
    if (!lastReconciliation) return;
    this.reconciliationAge.set({}, lastReconciliation.ageSeconds);
    for (const [kind, count] of Object.entries(lastReconciliation.breaks)) this.breaks.set({ kind }, count);
  }

  /** An old figure would keep an alert silent, or loud. */
  private forget(): void {
    this.open.forget();
    this.needAttention.forget();
    this.oldestAttention.forget();
    this.noticesPending.forget();
    this.noticesOverdue.forget();
    this.pollers.forget();
    this.backlog.forget();
    this.backlogAge.forget();
    this.reconciliationAge.forget();
    this.breaks.forget();
  }
}
