import { ensureDemoChannels } from '../sandbox/demo-channels';
import { keyRingFile } from '../encryption/key-ring-of-folder';
import { loadConfig } from '../config';
import { writeForOwnerOnly } from '../runtime/owner-only';
import { exitAfter } from '../runtime/process';
import { createKeyRing } from '../encryption/key-ring-file';

/** Makes the demo channels and a key ring for parts that are started one by one (`npm start` does so itself), and prints the keys. */
async function demoChannels(): Promise<void> {
  const config = loadConfig();
  if (config.ENCRYPTION && (await createKeyRing(keyRingFile(config), new Date()))) {
    process.stdout.write(`made the key ring ${keyRingFile(config)}; keep a copy of it elsewhere\n`);
  }
  for (const channel of await ensureDemoChannels(config)) {
    process.stdout.write(`${channel.name} (${channel.paymentForm}): ${channel.apiKey}\n`);
  }
}

writeForOwnerOnly();
exitAfter(demoChannels());
