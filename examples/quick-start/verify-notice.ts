/** Verifies a notice's signature: `DATACODE_WEBHOOK_SECRET=whsec_… npx tsx verify-notice.ts <id> <timestamp> <signature> < body` */
import { readFileSync } from 'node:fs';
import { UnverifiedNotice, verifyNotice } from 'datacode-sdk';

const [id, timestamp, signature] = process.argv.slice(2);
const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };

try {
  const verified = verifyNotice(headers, readFileSync(0), process.env['DATACODE_WEBHOOK_SECRET'] ?? '');
  console.log(`verified: ${verified.id}`);
} catch (fault) {
  if (!(fault instanceof UnverifiedNotice)) throw fault;
  console.error(`refused: ${fault.message}`);
  process.exitCode = 1;
}
