/**
 * Verifies a notice's signature: `DATACODE_WEBHOOK_SECRET=whsec_… npx tsx verify-notice.ts <id> <timestamp> <signature> < body`.
 * Without arguments, and with DATACODE_KEY, it has a test notice sent to the webhook and verifies what was sent.
 */
import { readFileSync } from 'node:fs';
import { DatacodeClient, UnverifiedNotice, verifyNotice } from 'datacode-sdk';

const [id, timestamp, signature] = process.argv.slice(2);

async function ping(): Promise<{ headers: Record<string, string>; body: string }> {
  const baseUrl = process.env['DATACODE_API'] ?? 'http://127.0.0.1:3000';
  const client = new DatacodeClient({ baseUrl, key: process.env['DATACODE_KEY'] ?? '' });
  const { attempt, sent } = await client.pingWebhook('purchase.refund_due');
  console.log(`webhook: ${attempt.detail}`);
  if (!sent) throw new Error('nothing was sent');
  console.log(`body: ${sent.body}`);
  return sent;
}

async function verify(): Promise<void> {
  const given = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  const { headers, body } = id === undefined ? await ping() : { headers: given, body: readFileSync(0) };
  const verified = verifyNotice(headers, body, process.env['DATACODE_WEBHOOK_SECRET'] ?? '');
  console.log(`verified: ${verified.id}`);
}

verify().catch((fault: unknown) => {
  process.exitCode = 1;
  if (!(fault instanceof Error)) throw fault;
  console.error(fault instanceof UnverifiedNotice ? `refused: ${fault.message}` : fault.message);
});
