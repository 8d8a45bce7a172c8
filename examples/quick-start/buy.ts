/** Buys one package, waits for the outcome, handles a problem. `DATACODE_KEY=dck_test_… npx tsx buy.ts [number] [package]` */
import { randomUUID } from 'node:crypto';
import { DatacodeClient, DatacodeProblem } from 'datacode-sdk'; // npm install ./datacode-sdk-0.1.0.tgz

const [number = '0900000001', code = 'D90'] = process.argv.slice(2);

async function buy(): Promise<void> {
  const client = new DatacodeClient({
    baseUrl: process.env['DATACODE_API'] ?? 'http://127.0.0.1:3000',
    key: process.env['DATACODE_KEY'] ?? '',
  });
  const externalId = `order-${randomUUID()}`; // your own order id; the same id is the same purchase, sold once
  await client.submit({ externalId, msisdn: number, package: code }, { wait: 30 });
  const purchase = await client.untilOutcome(externalId);
  console.log(`outcome: ${purchase?.outcome}`);
  if (purchase?.outcome !== 'succeeded') {
    console.log('Your webhook receives a signed notice to refund the customer.');
  }
}

buy().catch((fault: unknown) => {
  process.exitCode = 1;
  if (!(fault instanceof Error)) throw fault;
  console.error(
    fault instanceof DatacodeProblem ? `problem: ${fault.code}: ${fault.message}` : fault.message,
  );
});
