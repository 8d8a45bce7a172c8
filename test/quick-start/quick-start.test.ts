import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../channel/key';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { EmbeddedStack } from '../support/embedded-stack';

jest.setTimeout(180_000);

interface Program {
  command: string;
  buy: string[];
  verify: string[];
}

const file = (name: string) => path.resolve('examples/quick-start', name);
const PROGRAMS: Record<string, Program> = {
  curl: { command: 'bash', buy: [file('buy.sh')], verify: [file('verify-notice.sh')] },
  TypeScript: {
    command: process.execPath,
    buy: [...typescriptEntry(file('buy.ts'))],
    verify: [...typescriptEntry(file('verify-notice.ts'))],
  },
  Python: { command: 'python3', buy: [file('datacode.py'), 'buy'], verify: [file('datacode.py'), 'verify'] },
  PHP: { command: 'php', buy: [file('datacode.php'), 'buy'], verify: [file('datacode.php'), 'verify'] },
};

/** What each needs on the machine; where it is missing, its stories are skipped, and the reason is printed. */
const TOOLS: Record<string, string[]> = {
  curl: ['bash', 'curl', 'openssl'],
  Python: ['python3'],
  PHP: ['php'],
};
const missing = (name: string) =>
  (TOOLS[name] ?? []).filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

interface End {
  succeeded: boolean;
  stdout: string;
  stderr: string;
}

function run(
  command: string,
  words: readonly string[],
  environment: Record<string, string>,
  input = '',
): Promise<End> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      words,
      { env: { ...process.env, ...environment } },
      (fault, stdout, stderr) => resolve({ succeeded: fault === null, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined); // one that refuses early does not read on
    child.stdin?.end(input);
  });
}

let stack: EmbeddedStack;
beforeAll(async () => (stack = await EmbeddedStack.start()));
afterAll(() => stack.end());

for (const [name, program] of Object.entries(PROGRAMS)) {
  const lacking = missing(name);
  if (lacking.length > 0) {
    process.stderr.write(`The ${name} quick start is not tried: ${lacking.join(', ')} is not here.\n`);
  }
  (lacking.length > 0 ? describe.skip : describe)(`the ${name} quick start`, () => {
    const buy = (...words: string[]) =>
      run(program.command, [...program.buy, ...words], {
        DATACODE_API: stack.apiUrl,
        DATACODE_KEY: stack.key(),
      });

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

    it('shows a problem by its code and its detail, and fails', async () => {
      const { succeeded, stderr } = await buy('0900000001', 'no such package');
      expect([succeeded, stderr]).toEqual([false, expect.stringMatching(/^problem: invalid_request: \S.+/)]);
    });

    describe('verifying a notice', () => {
      const secret = newWebhookSecret();
      const body = JSON.stringify({ type: 'purchase.refund_due', data: { message: 'Số dư không đủ' } });
      const verify = (given: { body?: string; at?: Date; by?: string; beside?: string }) => {
        const at = given.at ?? new Date();
        const signature = new Webhook(given.by ?? secret).sign('refund_1', at, body);
        const timestamp = `${Math.floor(at.getTime() / 1000)}`;
        const words = ['refund_1', timestamp, [given.beside, signature].filter(Boolean).join(' ')];
        const environment = { DATACODE_WEBHOOK_SECRET: secret };
        return run(program.command, [...program.verify, ...words], environment, given.body ?? body);
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
        ['changed on its way', { body: body.replace('refund_due', 'refund_now') }],
        ['signed by somebody else', { by: newWebhookSecret() }],
        ['an hour old', { at: new Date(Date.now() - 3_600_000) }],
      ])('refuses one that is %s', async (_, given) => {
        const { succeeded, stderr } = await verify(given);
        expect([succeeded, stderr]).toEqual([false, expect.stringMatching(/^refused/)]);
      });
    });
  });
}
