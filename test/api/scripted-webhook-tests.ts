import { TemporalUnavailable } from '../../client/purchases';
import type { WebhookTest, WebhookTests } from '../../client/webhook-tests';
import type { ChannelName } from '../../domain/identifiers';
import { testNoticeId, type TestDelivery, type TestNoticeType } from '../../domain/notice/test-notice';

/** Test notices without Temporal: what comes of them is data. */
export class ScriptedWebhookTests implements WebhookTests {
  unavailable = false;
  readonly asked: { channel: ChannelName; type: TestNoticeType }[] = [];
  delivery: TestDelivery = {
    delivered: true,
    attempt: { at: '2026-11-24T03:05:00.100Z', status: 204, durationMs: 12, detail: 'delivered' },
    sent: {
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'test_1',
        'webhook-timestamp': '1795489500',
        'webhook-signature': 'v1,abc=',
      },
      body: '{"type":"webhook.ping"}',
    },
  };

  async send(channel: ChannelName, type: TestNoticeType): Promise<WebhookTest> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    this.asked.push({ channel, type });
    const id = testNoticeId(`test_${'0'.repeat(32)}`);
    return { notice: { id, channel, type, occurredAt: '2026-11-24T03:05:00.000Z' }, ...this.delivery };
  }
}
