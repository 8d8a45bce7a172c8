import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { PackageCode } from '../domain/catalogue/packages';
import { markdownText } from '../domain/harmless-text';
import {
  EXTERNAL_ID_PATTERN,
  orderClaimWorkflowId,
  type ChannelName,
  type ExternalId,
} from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import { ORDER_CLAIM_WORKFLOW } from '../domain/purchase/protocol';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { orderClaim } from '../workflows/order-claim';
import { endUnlessOver } from './end-unless-over';
import { DIGESTED_CLAIM, type KeyDigests } from './idempotency-digests';
import { answerOf, CALL_DEADLINE_MS, unavailable } from './temporal-answers';

/** A sale of a package to a subscriber, and the order that wants to make it. */
export interface ClaimedOrder {
  channel: ChannelName;
  externalId: ExternalId;
  msisdn: Msisdn;
  package: PackageCode;
}

/** Result of claiming a sale. */
export type OrderClaim = {
  kind: 'granted' | 'held';
  /** The order that holds the claim; of a granted claim the one that asked. */
  by: ExternalId;
  /** Ends this very claim, and returns once another order may have it. */
  release: () => Promise<void>;
};

/** The channels' claims on sales; throws `TemporalUnavailable`. */
export interface OrderClaims {
  /**
   * Claims a sale for an order, unless an order of the channel holds it. Of any number of orders at once, in any number
   * of processes, one gets it.
   * @param holdsMs for how long
   */
  claim(order: ClaimedOrder, holdsMs: number): Promise<OrderClaim>;
}

interface Memo extends Record<string, unknown> {
  externalId: ExternalId;
}

/** Claims as delayed workflows, because Temporal is the only store: while it waits, one costs no worker anything. */
export class TemporalOrderClaims implements OrderClaims {
  private readonly startedAtMs: number;
  private current: { digest: string; sinceMs: number } | undefined;

  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; digests: KeyDigests },
    private readonly steadyMs: () => number = () => performance.now(),
  ) {
    this.startedAtMs = steadyMs();
  }

  async claim(order: ClaimedOrder, holdsMs: number): Promise<OrderClaim> {
    const [current, ...earlier] = this.settings
      .digests(`${DIGESTED_CLAIM}${order.msisdn} ${order.package}`)
      .map((digest) => orderClaimWorkflowId(order.channel, digest));
    const mayHaveEarlier = this.steadyMs() - this.currentKeySinceMs() < holdsMs;
    const before = await Promise.all((mayHaveEarlier ? earlier : []).map((id) => this.heldUnder(id)));
    return before.find((claim) => claim !== undefined) ?? this.start(current ?? '', order, holdsMs); // there is a first digest
  }

  private async start(workflowId: string, order: ClaimedOrder, holdsMs: number): Promise<OrderClaim> {
    const { channel, externalId } = order;
    const memo: Memo = { externalId };
    const start = () =>
      this.client.workflow.start<typeof orderClaim>(ORDER_CLAIM_WORKFLOW, {
        workflowId,
        taskQueue: this.settings.taskQueue,
        startDelay: holdsMs,
        memo,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        staticSummary: `Claim of ${channel} for order ${markdownText(externalId)}: the same sale under another id is noticed`,
        priority: { fairnessKey: channel },
      });
    for (;;) {
      try {
        const { firstExecutionRunId } = await answerOf(this.client, CALL_DEADLINE_MS, start);
        return {
          kind: 'granted',
          by: externalId,
          release: () => this.release(workflowId, firstExecutionRunId),
        };
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
      const held = await this.heldUnder(workflowId);
      if (held) return held; // else it ended in between
    }
  }

  private async heldUnder(workflowId: string): Promise<OrderClaim | undefined> {
    try {
      const handle = this.client.workflow.getHandle(workflowId);
      const { memo, runId, status } = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
      if (status.name !== 'RUNNING') return undefined;
      if (!isMemo(memo)) throw unavailable(new PayloadUnreadable('no_order', NO_KEY));
      return { kind: 'held', by: memo.externalId, release: () => this.release(workflowId, runId) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  private release(workflowId: string, runId: string): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowId, runId);
    return endUnlessOver(this.client, handle, 'released: its order sells nothing new');
  }

  /**
   * Since when this process knows the key of today. Until claims under the key before have ended they are looked for as
   * well; a process that has just started does not know how old the key is.
   */
  private currentKeySinceMs(): number {
    const [digest] = this.settings.digests('');
    if (this.current?.digest !== digest) {
      this.current = { digest, sinceMs: this.current ? this.steadyMs() : this.startedAtMs };
    }
    return this.current.sinceMs;
  }
}

/** Anyone who can write to Temporal can start a workflow under this id with any memo. */
function isMemo(memo: Record<string, unknown> | undefined): memo is Memo {
  const id = memo?.['externalId'];
  return typeof id === 'string' && EXTERNAL_ID_PATTERN.test(id);
}
