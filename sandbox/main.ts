import path from 'node:path';
import { loadCatalogue } from '../catalogue/load';
import { ConfigurationError, loadConfig, type Config } from '../config';
import { visibleLines } from '../domain/harmless-text';
import { runPart, type Part } from '../runtime/process';
import { makeDataFolder } from '../runtime/folder';
import { knownDemoChannels } from './demo-channels';
import { parseProfile, ProfileError, type GatewayProfile } from './profile';
import { startSandbox } from './server';

runPart(async (): Promise<Part> => {
  const config = loadConfig();
  await makeDataFolder(config.DATA_DIR);
  const { packages, rules } = loadCatalogue(
    config,
    (gap) => void process.stderr.write(`${visibleLines(gap)}\n`),
  );
  const sandbox = await startSandbox({
    host: config.SANDBOX_HOST,
    port: config.SANDBOX_PORT,
    ledgerFile: path.join(config.DATA_DIR, 'sandbox-ledger.ndjson'),
    packages,
    clientId: config.MOBIFONE_CLIENT_ID,
    clientSecret: config.MOBIFONE_CLIENT_SECRET,
    inboxSecrets: () => demoSecrets(config),
    profile: profileOf(config),
    onRepaired: (what) => void process.stderr.write(`${visibleLines(what)}\n`),
    settlementTerms: { rules, discountClass: 'standard' },
  });
  return { stop: () => sandbox.stop(), details: { port: sandbox.port } };
});

/** @throws ConfigurationError */
function profileOf({ SANDBOX_PROFILE }: Config): GatewayProfile {
  try {
    return parseProfile(SANDBOX_PROFILE);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw new ConfigurationError(`The configuration cannot be used:\n  SANDBOX_PROFILE: ${error.message}`);
  }
}

/** The demo channels may be made after the sandbox was started. */
function demoSecrets(config: Config): Record<string, string> {
  const channels = knownDemoChannels(config.DATA_DIR);
  return Object.fromEntries(channels.map(({ name, webhookSecret }) => [name, webhookSecret]));
}
