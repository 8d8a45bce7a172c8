import { markdownText } from '../domain/harmless-text';
import { createHmac, randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { idempotencyKeyWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode } from '../domain/catalogue/packages';
import { IDEMPOTENCY_KEY_WORKFLOW } from '../domain/purchase/protocol';
import { faultyField } from '../domain/purchase/order-fields';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { idempotencyKey } from '../workflows/idempotency-key';
import { digestedKey, type KeyDigests } from './idempotency-digests';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow, unavailable } from './temporal-answers';

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
    private readonly settings: { taskQueue: string; digests: KeyDigests },
  ) {}

  async claim(channel: ChannelName, key: string, use: KeyUse): Promise<KeyClaim> {
    const [current, ...earlier] = digestedKey(key)
      .flatMap((text) => this.settings.digests(text))
      .map((digest) => idempotencyKeyWorkflowId(channel, digest));
    const before = await Promise.all(earlier.map((id) => this.recordedIfAny(id)));
    const used = before.find((claim) => claim !== undefined);
    return used ?? this.record(channel, current ?? '', use); // there is always a first digest
  }

  /** Under a key of an earlier period, or as older versions recorded it. */
  private async recordedIfAny(workflowId: string): Promise<KeyClaim | undefined> {
    try {
      return await this.recorded(workflowId);
    } catch (error) {
      if (isUnknownWorkflow(error)) return undefined;
      throw error;
    }
  }

  private async record(channel: ChannelName, workflowId: string, use: KeyUse): Promise<KeyClaim> {
    const memo: Memo = { use, process: this.process };
    const start = () =>
      this.client.workflow.start<typeof idempotencyKey>(IDEMPOTENCY_KEY_WORKFLOW, {
        workflowId,
        taskQueue: this.settings.taskQueue,
        memo,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        staticSummary: `Idempotency-Key of ${channel} for order ${markdownText(use.externalId)}`,
        priority: { fairnessKey: channel },
      });
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, start);
      return { kind: 'first' };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return this.recorded(workflowId);
  }

  private async recorded(workflowId: string): Promise<KeyClaim> {
    const handle = this.client.workflow.getHandle(workflowId);
    const { memo, startTime } = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
    if (!isMemo(memo)) throw unavailable(new PayloadUnreadable('no_order', NO_KEY));
    return { kind: 'used', use: memo.use, at: startTime, here: memo.process === this.process };
  }
}

/** Anyone who can write to Temporal can start a workflow under this id with any memo. */
function isMemo(memo: Record<string, unknown> | undefined): memo is Memo {
  const use = memo?.['use'];
  if (typeof use !== 'object' || use === null) return false;
  return faultyField(use, { externalId: 'string', fingerprint: 'string' }) === undefined;
}
