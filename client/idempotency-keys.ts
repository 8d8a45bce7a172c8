import { markdownText } from '../domain/harmless-text';
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

/** The order that a key was used for; number and package only as a fingerprint. */
export interface KeyUse {
  externalId: ExternalId;
  fingerprint: string;
}

/** Result of claiming a key. */
export type KeyClaim =
  | { kind: 'first' }
  /** It was used before, at this time; `here`: by this process. */
  | { kind: 'used'; use: KeyUse; at: Date; here: boolean };

/** The `Idempotency-Key`s of the channels; throws `TemporalUnavailable`. */
export interface IdempotencyKeys {
  /** Records durably what the channel uses the key for, unless it was used before. */
  claim(channel: ChannelName, key: string, use: KeyUse): Promise<KeyClaim>;
}

/** Fingerprint of an order. The key is stored nowhere, so the number cannot be found by brute force. */
export function orderFingerprint(key: string, msisdn: Msisdn, code: PackageCode): string {
  return createHmac('sha256', key).update(`${msisdn}:${code}`).digest('hex');
}

/** Digest that identifies a key; the key itself is arbitrary text. */
export function keyDigest(key: string): string {
  return base32(createHash('sha256').update(key).digest());
}

interface Memo extends Record<string, unknown> {
  use: KeyUse;
  /** The process that recorded it. */
  process: string;
}

/** Keys as workflows that do nothing, because Temporal is the only store. */
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
        staticSummary: `Idempotency-Key of ${channel} for order ${markdownText(use.externalId)}`,
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
