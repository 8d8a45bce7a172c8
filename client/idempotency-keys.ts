import { createHash, createHmac, randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { idempotencyKeyWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode } from '../domain/catalogue/packages';
import { IDEMPOTENCY_KEY_WORKFLOW } from '../domain/purchase/protocol';
import type { idempotencyKey } from '../workflows/idempotency-key';
import { base32 } from './purchase-id';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/** What a key was used for: the order, with its number and package told apart but not told. */
export interface KeyUse {
  externalId: ExternalId;
  fingerprint: string;
}

/** What came of using a key. */
export type KeyClaim =
  | { kind: 'first' }
  /** It was used before. `here` is whether by this process; `at` is when. */
  | { kind: 'used'; use: KeyUse; at: Date; here: boolean };

/** The `Idempotency-Key`s that channels have used. Every method throws `TemporalUnavailable`. */
export interface IdempotencyKeys {
  /** Records that the channel uses the key so, durably, unless it was used before. */
  claim(channel: ChannelName, key: string, use: KeyUse): Promise<KeyClaim>;
}

/** Tells two orders apart. The key, which is recorded nowhere, keeps the number from being found by trying all. */
export function orderFingerprint(key: string, msisdn: Msisdn, code: PackageCode): string {
  return createHmac('sha256', key).update(`${msisdn}:${code}`).digest('hex');
}

/** A key's digest, by which it is known; the key itself may be anything that the channel chose. */
export function keyDigest(key: string): string {
  return base32(createHash('sha256').update(key).digest());
}

interface Memo extends Record<string, unknown> {
  use: KeyUse;
  /** The process that recorded it. */
  process: string;
}

/** Keys as workflows that do nothing: Temporal is the only store here as well. */
export class TemporalIdempotencyKeys implements IdempotencyKeys {
  private readonly process = randomUUID();

  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
  ) {}

  async claim(channel: ChannelName, key: string, use: KeyUse): Promise<KeyClaim> {
    const workflowId = idempotencyKeyWorkflowId(channel, keyDigest(key));
    return answerOf(this.client, CALL_DEADLINE_MS, () => this.record(channel, workflowId, use));
  }

  private async record(channel: ChannelName, workflowId: string, use: KeyUse): Promise<KeyClaim> {
    const memo: Memo = { use, process: this.process };
    try {
      await this.client.workflow.start<typeof idempotencyKey>(IDEMPOTENCY_KEY_WORKFLOW, {
        workflowId,
        taskQueue: this.taskQueue,
        memo,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        staticSummary: `Idempotency-Key of ${channel} for order ${use.externalId}`,
        priority: { fairnessKey: channel },
      });
      return { kind: 'first' };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const { memo: recorded, startTime } = await this.client.workflow.getHandle(workflowId).describe();
    const { use: earlier, process } = recorded as Memo; // written above, and by nothing else
    return { kind: 'used', use: earlier, at: startTime, here: process === this.process };
  }
}
