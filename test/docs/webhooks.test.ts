import Ajv2020 from 'ajv/dist/2020';
import { wholeDocument } from '../api/whole-document';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { deliverNotice, signedTestNotice } from '../../channel/notice';
import { newWebhookSecret } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import { channelName } from '../../domain/identifiers';
import type { Notice } from '../../domain/notice/notice';
import { TEST_NOTICE_TYPES, testNoticeId, type TestNoticeType } from '../../domain/notice/test-notice';
import { verifyNotice } from '../../sdk/index';

interface Example {
  type: string;
  timestamp: string;
  data: Record<string, unknown> & { reason: { code: string } | null };
}
const page = readFileSync('docs/webhooks.md', 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, json = '']) => JSON.parse(json) as Example,
);

/** The notice that the example shows, as a purchase has it. */
function noticeOf({ type, timestamp, data }: Example): Notice {
  const { batchId, ...progress } = data;
  if (batchId !== undefined)
    return { id: 'evt_1', batchId, progress, occurredAt: timestamp } as unknown as Notice; // branded strings of the page
  const { purchaseId, externalId, outcome, sequence, state, package: code, reason } = data;
  const common = { id: 'refund_1', purchaseId, externalId, occurredAt: timestamp };
  const kinds: Record<string, object> = {
    'purchase.refund_due': { outcome, refusal: reason?.code, amount: 90_000 },
    'purchase.case_refund_due': { caseReason: reason?.code, amount: 90_000 },
  };
  const rest = kinds[type] ?? { sequence, state, reason, package: code, faceValue: 90_000 };
  return { ...common, ...rest } as Notice; // branded strings of the page
}

/** What a webhook receives. */
async function received(notice: Notice): Promise<unknown> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens at a port
  const to = { webhookUrl: `http://127.0.0.1:${port}/`, webhookSecret: newWebhookSecret() } as Channel; // all that is read
  await deliverNotice(to, notice, {
    allowPrivateAddresses: true,
    timeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    signal: new AbortController().signal,
  });
  server.close();
  return JSON.parse(bodies[0] ?? 'null');
}

interface WebhookMedia {
  schema: { $ref: string };
  examples: { notice: { value: Example } };
}
const document = wholeDocument();
// what the generator's types do not know of its own answer
const webhooks = JSON.parse(JSON.stringify(document.webhooks)) as Record<
  string,
  { post: { requestBody: { content: { 'application/json': WebhookMedia } } } }
>;
const documented = Object.values(webhooks).map(({ post }) => post.requestBody.content['application/json']);
/** All but the ping, which is sent as a test only. */
const aboutPurchases = documented.filter((media) => media.examples.notice.value.type !== 'webhook.ping');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validatorOf = (media: WebhookMedia) =>
  ajv.compile({ ...media.schema, components: document.components });
const shop = { name: channelName('phuong-quan-shop'), webhookSecret: newWebhookSecret() } as Channel; // all that is read

function testNotice(type: TestNoticeType, occurredAt = new Date().toISOString()) {
  const id = testNoticeId(`test_${'0'.repeat(32)}`);
  return signedTestNotice(shop, { id, channel: shop.name, type, occurredAt }, new Date());
}

describe('the webhooks of the OpenAPI document', () => {
  it('have the page’s examples', () => {
    const byType = (one: Example, other: Example) => one.type.localeCompare(other.type);
    expect(documented.map((media) => media.examples.notice.value).toSorted(byType)).toEqual(
      examples.toSorted(byType),
    );
  });

  it.each(aboutPurchases)('describe as strictly as can be what is received: $schema.$ref', async (media) => {
    const validate = validatorOf(media);
    const body = (await received(noticeOf(media.examples.notice.value))) as Example;
    expect(validate(body)).toBe(true);
    expect(validate({ ...body, data: { ...body.data, another: 1 } })).toBe(false);
    const { externalId: _, batchId: __, ...incomplete } = body.data;
    expect(validate({ ...body, data: incomplete })).toBe(false);
  });
});

describe('a test notice', () => {
  it.each(TEST_NOTICE_TYPES)(
    'is signed and of the documented schema, and says that it is a test: %s',
    (type) => {
      const { headers, body } = testNotice(type);
      const { id, notice } = verifyNotice(headers, body, shop.webhookSecret);
      expect([id, notice.type, notice.test]).toEqual([`test_${'0'.repeat(32)}`, type, true]);
      expect(documented.filter((media) => validatorOf(media)(JSON.parse(body)))).toHaveLength(1);
    },
  );

  it.each([
    ['purchase.rejected', 'subscriber_not_found'],
    ['purchase.rolled_back', 'insufficient_balance'],
    ['purchase.cancelled', 'cancelled_by_channel'],
    ['purchase.given_up', 'given_up_by_operator'],
    ['purchase.succeeded', undefined],
  ] as const)('has a reason with which a purchase gets there: %s', (type, reason) => {
    const { data } = JSON.parse(testNotice(type).body) as Example;
    expect(data.reason?.code).toBe(reason);
  });

  it('is about no purchase that a channel can have', () => {
    const { data } = JSON.parse(testNotice('purchase.refund_due').body) as Example;
    expect(data).toMatchObject({ externalId: 'test-00000000', purchaseId: `pur_${'test'.repeat(6)}te` });
  });
});

describe('the page on webhooks', () => {
  it('shows each kind of notice', () => {
    expect(examples.map(({ type }) => type)).toEqual([
      'purchase.refund_due',
      'purchase.succeeded',
      'batch.completed',
      'purchase.case_refund_due',
      'webhook.ping',
    ]);
  });

  it.each(examples)('shows $type as a webhook receives it', async (example) => {
    const { type, timestamp } = example;
    const shown =
      type === 'webhook.ping'
        ? JSON.parse(testNotice(type, timestamp).body)
        : await received(noticeOf(example));
    expect(shown).toEqual(example);
  });
});
