import { mkdir } from 'node:fs/promises';
import { ensureDemoChannels } from '../channel/demo';
import { loadConfig } from '../config';

/** Makes the demo channels where parts are started one by one (`npm start` does it by itself), and prints their keys. */
async function demoChannels(): Promise<void> {
  const config = loadConfig();
  await mkdir(config.DATA_DIR, { recursive: true });
  for (const channel of await ensureDemoChannels(config)) {
    process.stdout.write(`${channel.name} (${channel.paymentForm}): ${channel.apiKey}\n`);
  }
}

demoChannels().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
});
