import { loadDiscountRules, loadPackages } from '../catalogue/load';
import { loadRegistry } from '../channel/registry';
import { createPurchases } from '../client/create-purchases';
import { channelsFile, loadConfig, type Config } from '../config';
import { runPart, type Part } from '../process';
import { createApi } from './app';
import { createLogger } from './logging';
import { startServer } from './server';

/**
 * Starts the API from configuration. It comes up without Temporal too; `/readyz` tells.
 * @throws when a file cannot be used or the port is taken; the message names the setting
 */
export async function startApi(config: Config): Promise<Part> {
  const packages = loadPackages(config.PACKAGES_FILE);
  const discountRules = loadDiscountRules(config.DISCOUNTS_FILE, packages);
  const registry = loadRegistry(channelsFile(config));
  const logger = createLogger(config.LOG_LEVEL);
  const stopping = new AbortController();
  const purchases = createPurchases(config);
  try {
    const app = createApi({
      purchases,
      registry,
      packages,
      discountRules,
      logger,
      stopping: stopping.signal,
    });
    const server = await startServer(app, config.API_HOST, config.API_PORT);
    logger.info({ port: server.port }, 'the API listens');
    return {
      details: { port: server.port },
      async stop() {
        stopping.abort();
        await server.stop();
        await purchases.close();
      },
    };
  } catch (fault) {
    await purchases.close();
    throw fault;
  }
}

if (require.main === module) runPart(() => startApi(loadConfig()));
