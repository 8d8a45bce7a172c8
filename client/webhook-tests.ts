import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import type { ChannelName } from '../domain/identifiers';
import type { NoticePolicy } from '../domain/notice/protocol';
import {
  TEST_NOTICE_ACTIVITY,
  testNoticeId,
  type TestDelivery,
  type TestNotice,
  type TestNoticeType,
} from '../domain/notice/test-notice';
import { faultyField } from '../domain/purchase/order-fields';
import { askAlone } from './asked-alone';
import { hasCode } from './temporal-answers';

/** What came of a test notice, with what it was. */
export interface WebhookTest extends TestDelivery {
  notice: TestNotice;
}

/** Sends test notices to a channel's webhook; throws `TemporalUnavailable`. */
export interface WebhookTests {
  /** Sends one now, once, and waits for the webhook's answer. */
  send(channel: ChannelName, type: TestNoticeType): Promise<WebhookTest>;
}

/** Tests come after every real notice, as questions come after sales. */
const PRIORITY = 4;
/** Of the whole test: a webhook has ten seconds, a worker must first be free. */
const LIMIT_MS = 20_000;
/** Additional time for Temporal. */
const MARGIN_MS = 5_000;

/** As standalone activities, of which nothing is left in a history or in the log of notices (docs/decisions/0049). */
export class TemporalWebhookTests implements WebhookTests {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: NoticePolicy },
  ) {}

  async send(channel: ChannelName, type: TestNoticeType): Promise<WebhookTest> {
    const id = testNoticeId(`test_${randomUUID().replaceAll('-', '')}`);
    const notice: TestNotice = { id, channel, type, occurredAt: new Date().toISOString() };
    try {
      const told = await this.deliver(notice);
      return { notice, ...(isDelivery(told) ? told : notTried(notice, NO_WORKER)) };
    } catch (error) {
      if (hasCode(error, status.UNIMPLEMENTED)) return { notice, ...notTried(notice, OLD_SERVER) };
      throw error;
    }
  }

  private deliver(notice: TestNotice): Promise<unknown> {
    const { taskQueue, policy } = this.settings;
    return askAlone(this.client, LIMIT_MS + MARGIN_MS, TEST_NOTICE_ACTIVITY, {
      id: `webhook-test:${notice.channel}:${notice.id}`,
      taskQueue: policy.webhooks?.taskQueue ?? taskQueue,
      args: [notice],
      summary: `Test ${notice.type} to ${notice.channel}`,
      scheduleToCloseTimeout: LIMIT_MS,
      startToCloseTimeout: policy.webhooks?.attemptTimeout ?? policy.attemptTimeout,
      retry: { maximumAttempts: 1 },
      priority: { priorityKey: PRIORITY, fairnessKey: notice.channel },
    });
  }
}

/** Whether a worker of ours said it: whoever can write to Temporal can end the test with a copy of what it sends. */
function isDelivery(told: unknown): told is TestDelivery {
  if (
    typeof told !== 'object' ||
    told === null ||
    !('delivered' in told && 'attempt' in told && 'sent' in told)
  )
    return false;
  const { delivered, attempt, sent } = told;
  if (typeof delivered !== 'boolean' || typeof attempt !== 'object' || attempt === null) return false;
  if (faultyField(attempt, { at: 'string', durationMs: 'number', detail: 'string' })) return false;
  if (sent === null) return true;
  return typeof sent === 'object' && !faultyField(sent, { headers: 'object', body: 'string' });
}

const NO_WORKER = 'no worker ended the test in time; your webhook may have got it';
const OLD_SERVER = 'not sent: this installation\u2019s Temporal server is older than 1.31';

function notTried({ occurredAt }: TestNotice, detail: string): TestDelivery {
  return { delivered: false, attempt: { at: occurredAt, durationMs: 0, detail }, sent: null };
}
