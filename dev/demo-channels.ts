import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { demoFile, ensureDemoChannels } from '../sandbox/demo-channels';
import { keyRingFile, makeKeyRing } from '../encryption/key-ring-of-folder';
import { loadConfig } from '../config';
import { writeForOwnerOnly } from '../runtime/owner-only';
import { exitAfter } from '../runtime/process';

/**
 * Makes the demo channels and a key ring for parts that are started one by one (`npm start` does so itself), and prints the
 * keys. Its argument is the registry's file, where that has a folder of its own.
 */
async function demoChannels(): Promise<void> {
  const config = loadConfig();
  const [registry] = process.argv.slice(2);
  const ring = keyRingFile(config);
  if (registry !== undefined) {
    await takeOver(path.join(path.dirname(registry), path.basename(ring)), ring);
    await takeOver(demoFile(path.dirname(registry)), demoFile(config.DATA_DIR));
  }
  if (config.ENCRYPTION && (await makeKeyRing(config, false))) {
    process.stdout.write(`made the key ring ${ring}; keep a copy of it elsewhere\n`);
  }
  for (const channel of await ensureDemoChannels(config, registry)) {
    process.stdout.write(`${channel.name} (${channel.paymentForm}): ${channel.apiKey}\n`);
  }
}

/** What lay beside the registry until each had a volume of its own: a new key ring in its place could read nothing. */
async function takeOver(former: string, place: string): Promise<void> {
  if (former === place || !existsSync(former) || existsSync(place)) return;
  await copyFile(former, place);
  await rm(former);
  process.stdout.write(`moved ${former} to ${place}\n`);
}

writeForOwnerOnly();
exitAfter(demoChannels());
