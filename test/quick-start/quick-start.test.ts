import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../channel/key';
import { EmbeddedStack } from '../support/embedded-stack';
import { missingTools, PROGRAMS, run } from './programs';
import { ScriptedApi, type Act } from './scripted-api';

jest.setTimeout(180_000);

const BOUGHT: Act = {
  status: 201,
  body: { externalId: 'order-1', state: 'succeeded', outcome: 'succeeded' },
};
const problem = (code: string, retryAfter: number): Act => ({
  status: 503,
  body: { title: code, status: 503, detail: 'Try later.', code, retryable: true, requestId: '1' },
  retryAfter,
});

let stack: EmbeddedStack;
beforeAll(async () => (stack = await EmbeddedStack.start()));
afterAll(() => stack.end());

for (const program of PROGRAMS) {
  const { name } = program;
  const lacking = missingTools(program);
  if (lacking.length > 0) {
    process.stderr.write(`The ${name} quick start is not tried: ${lacking.join(', ')} is not here.\n`);
  }
  (lacking.length > 0 ? describe.skip : describe)(`the ${name} quick start`, () => {
    let folder: string;
    let words: Awaited<ReturnType<typeof program.words>>;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'quick-start-'));
      words = await program.words(folder);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    const buyAt = (api: string, ...given: string[]) =>
      run(program.command, [...words.buy, ...given], { DATACODE_API: api, DATACODE_KEY: stack.key() });
    const buy = (...given: string[]) => buyAt(stack.apiUrl, ...given);

    it('buys a package and waits for the outcome', async () => {
      expect(await buy('0900000001', 'D90')).toEqual({
        succeeded: true,
        stdout: 'outcome: succeeded\n',
        stderr: '',
      });
    });

    it('tells that the customer is to be refunded when the charge fails', async () => {
      const { succeeded, stdout } = await buy('0900000402');
      expect([succeeded, stdout]).toEqual([true, expect.stringMatching(/^outcome: rolled_back\n.*refund/)]);
    });

    it('follows no redirect: neither goes the key to another host, nor is its answer believed', async () => {
      const other = await ScriptedApi.start(BOUGHT);
      const api = await ScriptedApi.start({ redirectsTo: `${other.url}/v1/purchases` });
      try {
        expect(await buyAt(api.url)).toMatchObject({ succeeded: false });
        expect(other.received).toEqual([]);
      } finally {
        await Promise.all([api.end(), other.end()]);
      }
    });

    it('shows a problem by its code and its detail, and fails', async () => {
      const { succeeded, stderr } = await buy('0900000001', 'no such package');
      expect([succeeded, stderr]).toEqual([false, expect.stringMatching(/^problem: invalid_request: \S.+/)]);
    });

    describe('when the API is not there for a moment', () => {
      const buyFrom = async (...acts: Act[]) => {
        const api = await ScriptedApi.start(...acts);
        try {
          const end = await buyAt(api.url);
          return { ...end, orders: api.received.filter((body) => body !== '') }; // not what asks for the outcome
        } finally {
          await api.end();
        }
      };

      it('sends the same order again until it is answered', async () => {
        const { stdout, orders } = await buyFrom('breaks off', problem('temporarily_unavailable', 1), BOUGHT);
        expect([stdout, orders.length, new Set(orders).size]).toEqual(['outcome: succeeded\n', 3, 1]);
      });

      it('does not let the customer wait for ten minutes, and says when to try again', async () => {
        const { succeeded, stderr, orders } = await buyFrom(problem('sales_paused', 600), BOUGHT);
        expect([succeeded, orders.length]).toEqual([false, 1]);
        expect(stderr).toMatch(/problem: sales_paused: [^]*600/);
      });
    });

    describe('with a test notice', () => {
      it('has it sent, shows it and verifies it', async () => {
        const { stdout, stderr } = await run(program.command, words.ping, {
          DATACODE_API: stack.apiUrl,
          DATACODE_KEY: stack.key(),
          DATACODE_WEBHOOK_SECRET: stack.channel().webhookSecret,
        });
        const lines = stdout.split('\n');
        expect([stderr, lines[0], lines[2]]).toEqual([
          '',
          'webhook: delivered',
          expect.stringMatching(/^verified: test_/),
        ]);
        expect(JSON.parse(lines[1]?.replace(/^body: /, '') ?? '')).toMatchObject({
          type: 'purchase.refund_due',
          test: true,
          data: { reason: { message: { vi: expect.stringMatching(/không đủ/) } } },
        });
      });
    });

    describe('verifying a notice', () => {
      const secret = newWebhookSecret();
      const body = JSON.stringify({ type: 'purchase.refund_due', data: { message: 'Số dư không đủ' } });
      type Given = {
        body?: string;
        at?: Date;
        by?: string;
        beside?: string;
        has?: string;
        stamp?: string;
        path?: string;
      };
      const verify = (given: Given) => {
        const at = given.at ?? new Date();
        const signature = new Webhook(given.by ?? secret).sign('refund_1', at, body);
        const timestamp = given.stamp ?? `${Math.floor(at.getTime() / 1000)}`;
        const headers = ['refund_1', timestamp, [given.beside, signature].filter(Boolean).join(' ')];
        const environment = {
          DATACODE_WEBHOOK_SECRET: given.has ?? secret,
          ...(given.path ? { PATH: given.path } : {}),
        };
        return run(program.command, [...words.verify, ...headers], environment, given.body ?? body);
      };

      it('believes one that the gateway signed', async () => {
        expect(await verify({})).toEqual({ succeeded: true, stdout: 'verified: refund_1\n', stderr: '' });
      });

      it('believes one with two signatures, while the secret is being changed', async () => {
        expect(await verify({ beside: 'v1,c29tZSBvdGhlciBzaWduYXR1cmU=' })).toMatchObject({
          succeeded: true,
        });
      });

      it.each([
        [
          'changed on its way',
          { body: body.replace('refund_due', 'refund_now') },
          /^refused: .*another secret/,
        ],
        ['signed with another secret', { by: newWebhookSecret() }, /^refused: .*another secret/],
        ['an hour old', { at: new Date(Date.now() - 3_600_000) }, /^refused: .*(old|minutes)/],
      ])('refuses one that is %s, and says why', async (_, given, why) => {
        const { succeeded, stderr } = await verify(given);
        expect([succeeded, stderr]).toEqual([false, expect.stringMatching(why)]);
      });

      it('runs nothing that its moment names, and refuses it', async () => {
        const made = path.join(folder, 'made-by-a-notice');
        const { succeeded } = await verify({ stamp: `BASH_VERSINFO[$(touch ${made})]` });
        expect([succeeded, existsSync(made)]).toEqual([false, false]);
      });

      it('gives its secret to no other program as an argument, where every user of the machine reads it', async () => {
        const key = Buffer.from(secret.replace('whsec_', ''), 'base64').toString('hex');
        const told = path.join(folder, 'arguments');
        await writeFile(
          path.join(folder, 'openssl'),
          `#!/bin/sh\nPATH=\${PATH#*:}\necho "$@" >> '${told}'\nexec openssl "$@"\n`,
          { mode: 0o755 },
        );
        const { succeeded } = await verify({ path: `${folder}:${process.env['PATH'] ?? ''}` });
        expect(succeeded).toBe(true);
        const seen = existsSync(told) ? await readFile(told, 'utf8') : '';
        expect(seen).not.toContain(key);
        expect(seen).not.toContain(secret);
      });

      it.each(['whsec_not base64', 'whsec_', 'whsec_AA==', 'whsec_undefined'])(
        'says so when its own secret is none, or one that anybody could guess: %s',
        async (has) => {
          const by = /^whsec_[A-Za-z]+=*$/.test(has) ? has : secret;
          const { succeeded, stdout, stderr } = await verify({ has, by });
          expect([succeeded, stdout]).toEqual([false, '']);
          expect(stderr).toMatch(/DATACODE_WEBHOOK_SECRET|whsec_/);
        },
      );
    });
  });
}
