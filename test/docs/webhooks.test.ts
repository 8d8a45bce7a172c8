import Ajv2020 from 'ajv/dist/2020';
import { openApiDocument } from '../../api/docs/openapi';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { deliverNotice } from '../../channel/notice';
import { newWebhookSecret } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import type { Notice } from '../../domain/notice/notice';

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
const document = openApiDocument();
// what the generator's types do not know of its own answer
const webhooks = JSON.parse(JSON.stringify(document.webhooks)) as Record<
  string,
  { post: { requestBody: { content: { 'application/json': WebhookMedia } } } }
>;
const documented = Object.values(webhooks).map(({ post }) => post.requestBody.content['application/json']);

describe('the webhooks of the OpenAPI document', () => {
  it('have the page’s examples', () => {
    const byType = (one: Example, other: Example) => one.type.localeCompare(other.type);
    expect(documented.map((media) => media.examples.notice.value).toSorted(byType)).toEqual(
      examples.toSorted(byType),
    );
  });

  it.each(documented)('describe as strictly as can be what is received: $schema.$ref', async (media) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile({ ...media.schema, components: document.components });
    const body = (await received(noticeOf(media.examples.notice.value))) as Example;
    expect(validate(body)).toBe(true);
    expect(validate({ ...body, data: { ...body.data, another: 1 } })).toBe(false);
    const { externalId: _, ...incomplete } = body.data;
    expect(validate({ ...body, data: incomplete })).toBe(false);
  });
});

describe('the page on webhooks', () => {
  it('shows each kind of notice', () => {
    expect(examples.map(({ type }) => type)).toEqual([
      'purchase.refund_due',
      'purchase.succeeded',
      'purchase.case_refund_due',
    ]);
  });

  it.each(examples)('shows $type as a webhook receives it', async (example) => {
    expect(await received(noticeOf(example))).toEqual(example);
  });
});
