import { randomInt } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { markdownText } from '../domain/harmless-text';
import { countedSaleWorkflowId, type ChannelName } from '../domain/identifiers';
import { daysAfter, startOfDay, type LocalDay } from '../domain/local-time';
import type { Msisdn } from '../domain/msisdn';
import { faultyField } from '../domain/purchase/order-fields';
import { COUNTED_SALE_WORKFLOW, type CountedSale } from '../domain/purchase/sale-count';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { countedSale } from '../workflows/counted-sale';
import { endUnlessOver } from './end-unless-over';
import { DIGESTED_COUNT, type KeyDigests } from './idempotency-digests';
import { answerOf, CALL_DEADLINE_MS, unavailable } from './temporal-answers';

/** The orders of a number on a day: of one channel, or of all. */
export interface SaleCount {
  of: ChannelName | undefined;
  msisdn: Msisdn;
  day: LocalDay;
}

/** A place in a count. */
export interface CountPlace {
  /** Undefined where the place was given back. */
  sale: CountedSale | undefined;
  /** The channel that took it, also where it was given back; undefined where that cannot be read any more. */
  by: ChannelName | undefined;
  /** Gives it back; nobody takes it again. */
  release: () => Promise<void>;
}

/**
 * Counts as lists to which any number of processes append: the places are 1, 2, 3 …, each is taken once and for ever, and
 * none is skipped. Every method throws `TemporalUnavailable`.
 */
export interface SaleCounts {
  /** @returns the place, or undefined if another order has or had it */
  take(count: SaleCount, place: number, sale: CountedSale): Promise<CountPlace | undefined>;
  /** @returns undefined if nobody has taken it */
  at(count: SaleCount, place: number): Promise<CountPlace | undefined>;
  /** The places that were taken while another key was in use. */
  underEarlierKeys(count: SaleCount): Promise<CountPlace[]>;
}

interface Memo extends Record<string, unknown> {
  sale: CountedSale;
}

/** Places end at different moments in the night after, when little is sold, rather than all at once. */
const ENDS_AFTER_MS = { from: 60 * 60 * 1000, to: 5 * 60 * 60 * 1000 } as const;
/** After all that sells, and all that undoes it. */
const LOWEST_PRIORITY = 5;

/** A place is a delayed workflow, because Temporal is the only store: while it waits, it costs no worker anything. */
export class TemporalSaleCounts implements SaleCounts {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; digests: KeyDigests },
  ) {}

  async take(count: SaleCount, place: number, sale: CountedSale): Promise<CountPlace | undefined> {
    const workflowId = this.idsOf(count, place)[0];
    const memo: Memo = { sale };
    const start = () =>
      this.client.workflow.start<typeof countedSale>(COUNTED_SALE_WORKFLOW, {
        workflowId,
        taskQueue: this.settings.taskQueue,
        startDelay: timeUntilAfter(count.day),
        memo,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        staticSummary: `Order ${markdownText(sale.externalId)} of ${sale.channel} counts towards its number’s limit of ${count.day}`,
        priority: { fairnessKey: sale.channel, priorityKey: LOWEST_PRIORITY },
      });
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, start);
      return { sale, by: sale.channel, release: () => this.release(workflowId) };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
      throw error;
    }
  }

  at(count: SaleCount, place: number): Promise<CountPlace | undefined> {
    return this.under(this.idsOf(count, place)[0]);
  }

  async underEarlierKeys(count: SaleCount): Promise<CountPlace[]> {
    const places: CountPlace[] = [];
    const [, ...earlier] = this.idsOf(count, 1);
    for (const key of earlier.keys()) {
      for (let place = 1; ; place += 1) {
        const found = await this.under(this.idsOf(count, place)[key + 1] ?? ''); // there are as many of each place
        if (!found) break;
        places.push(found);
      }
    }
    return places;
  }

  /** Under every key, the current one first. */
  private idsOf({ of, msisdn, day }: SaleCount, place: number): readonly [string, ...string[]] {
    const [current, ...earlier] = this.settings.digests(`${DIGESTED_COUNT}${msisdn}`);
    const id = (digest: string) => countedSaleWorkflowId({ of, day, digest, place });
    return [id(current), ...earlier.map(id)];
  }

  private async under(workflowId: string): Promise<CountPlace | undefined> {
    try {
      const handle = this.client.workflow.getHandle(workflowId);
      const { memo, status } = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
      const release = () => this.release(workflowId);
      const sale = isMemo(memo) ? memo.sale : undefined;
      if (status.name !== 'RUNNING') return { sale: undefined, by: sale?.channel, release };
      if (!sale) throw unavailable(new PayloadUnreadable('no_order', NO_KEY));
      return { sale, by: sale.channel, release };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  private release(workflowId: string): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowId);
    return endUnlessOver(this.client, handle, 'given back: its order sold nothing that counts');
  }
}

function timeUntilAfter(day: LocalDay): number {
  const now = new Date();
  const left = startOfDay(daysAfter(day, 1)).getTime() - now.getTime();
  return Math.max(0, left) + randomInt(ENDS_AFTER_MS.from, ENDS_AFTER_MS.to);
}

/** Anyone who can write to Temporal can start a workflow under this id with any memo. */
function isMemo(memo: Record<string, unknown> | undefined): memo is Memo {
  const sale = memo?.['sale'];
  if (typeof sale !== 'object' || sale === null) return false;
  return faultyField(sale, { channel: 'string', externalId: 'string', amount: 'number' }) === undefined;
}
