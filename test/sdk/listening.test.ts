import { spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { newWebhookSecret } from '../../channel/key';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { DatacodeClient, verifyNotice, type Notice } from '../../sdk/index';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';

jest.setTimeout(180_000);

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let stack: EmbeddedStack;
let client: DatacodeClient;
let receiver: Server;
let received: Received[];

beforeAll(async () => {
  stack = await EmbeddedStack.start();
  client = new DatacodeClient({ baseUrl: stack.apiUrl, key: stack.key() });
});
afterAll(() => stack.end());
beforeEach(async () => {
  received = [];
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

interface InboxNotice {
  noticeId: string;
  verified: boolean;
  body: string;
}
const inbox = async () => (await stack.sandbox<{ notices: InboxNotice[] }>('inbox')).notices;

/** Runs the command until the story is over. */
async function listening(secret: string, ...words: string[]) {
  const { port } = receiver.address() as AddressInfo; // it listens on TCP
  const entry = typescriptEntry(path.resolve('sdk/datacode-listen.ts'));
  const command = spawn(
    process.execPath,
    [...entry, '--forward-to', `${port}`, '--api', stack.apiUrl, ...words],
    {
      env: { ...process.env, DATACODE_KEY: stack.key(), DATACODE_WEBHOOK_SECRET: secret },
    },
  );
  let said = '';
  command.stdout.on('data', (part: Buffer) => (said += part.toString()));
  command.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const ended = new Promise<number | null>((resolve) => command.once('exit', resolve));
  return {
    said: () => said,
    async end() {
      command.kill('SIGINT');
      return ended;
    },
  };
}

describe('a test notice', () => {
  it.each(['webhook.ping', 'purchase.refund_due', 'purchase.case_refund_due', 'purchase.succeeded'] as const)(
    'reaches the webhook signed, and is shown to the letter: %s',
    async (type) => {
      const ping = await client.pingWebhook(type);
      expect(ping).toMatchObject({ type, delivered: true, attempt: { status: 204, detail: 'delivered' } });
      const { headers, body } = ping.sent ?? { headers: {}, body: '' };
      const { webhookSecret } = stack.channel('postpaid');
      expect(verifyNotice(headers, body, webhookSecret)).toMatchObject({
        id: ping.id,
        notice: { type, test: true },
      });
      expect(await inbox()).toContainEqual(
        expect.objectContaining({ noticeId: ping.id, verified: true, body }),
      );
    },
  );

  it('leaves nothing in the log of notices, and the webhook healthy', async () => {
    await client.pingWebhook('purchase.refund_due');
    for await (const { id } of client.notices()) expect(id).not.toMatch(/^test_/);
    expect((await client.account()).webhook.status).toBe('healthy');
  });
});

describe('a developer who listens', () => {
  it('gets the states and the refund notice at a port of the own machine, as the webhook gets them', async () => {
    const secret = newWebhookSecret();
    const command = await listening(secret);
    await eventually('the command to listen', () =>
      command.said().includes('Listening at') ? true : undefined,
    );
    const { id } = await client.submit({ externalId: 'heard-1', msisdn: '0900000402', package: 'D90' });
    const refund = await eventually('the refund notice', () =>
      received.find(({ headers }) => headers['webhook-id'] === `refund_${id}`),
    );
    const types = (): Notice['type'][] =>
      received.map(({ headers, body }) => verifyNotice(headers, body, secret).notice.type);
    await eventually('the outcome', () => (types().includes('purchase.rolled_back') ? true : undefined));
    expect(types()).toEqual(expect.arrayContaining(['purchase.accepted', 'purchase.refund_due']));
    expect(await inbox()).toContainEqual(
      expect.objectContaining({ noticeId: `refund_${id}`, body: refund.body, verified: true }),
    );
    expect(await command.end()).toBe(0);
    expect(command.said()).toMatch(/purchase\.refund_due {2}heard-1 .* 204 /);
    expect(command.said()).not.toContain(stack.key());
  });

  it('is told what is wrong where the key is none, and the command fails', async () => {
    const { port } = receiver.address() as AddressInfo; // it listens on TCP
    const entry = typescriptEntry(path.resolve('sdk/datacode-listen.ts'));
    const run = (key: string, ...words: string[]) =>
      new Promise<[number | null, string]>((resolve) => {
        const command = spawn(process.execPath, [...entry, ...words], {
          env: { ...process.env, DATACODE_KEY: key },
        });
        let said = '';
        command.stderr.on('data', (part: Buffer) => (said += part.toString()));
        command.once('exit', (code) => resolve([code, said]));
      });
    const words = ['--forward-to', `${port}`, '--api', stack.apiUrl];
    expect(await run('dck_test_unknown', ...words)).toEqual([1, expect.stringMatching(/unauthenticated/)]);
    expect(await run('', ...words)).toEqual([1, expect.stringMatching(/key is empty or not set/)]);
    expect(await run('dck_test_unknown')).toEqual([
      1,
      expect.stringMatching(/--forward-to is missing[^]*DATACODE_KEY/),
    ]);
    expect(await run('dck_test_unknown', '--forwrd')).toEqual([1, expect.stringMatching(/--forwrd/)]);
  });
});
