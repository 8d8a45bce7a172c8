import { loadDiscountRules, loadPackages } from '../catalogue/load';
import { followRegistry } from '../channel/followed-registry';
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
  const logger = createLogger(config.LOG_LEVEL);
  const registry = followRegistry(channelsFile(config), {
    onUnusable: (fault) =>
      logger.error({ err: fault }, 'the changed channel registry cannot be used; the one before stays'),
  });
  const stopping = new AbortController();
  const clients = createPurchases(config);
  try {
    const app = createApi({
      ...clients,
      registry,
      packages,
      discountRules,
      logger,
      limits: {
        requestsPerMinute: config.API_RATE_LIMIT,
        concurrentRequests: config.API_CONCURRENCY,
        strangersPerMinute: config.API_STRANGER_RATE_LIMIT,
      },
      trustedProxies: config.API_TRUSTED_PROXIES,
      stopping: stopping.signal,
    });
    const server = await startServer(app, config.API_HOST, config.API_PORT);
    logger.info({ port: server.port }, 'the API listens');
    return {
      details: { port: server.port },
      async stop() {
        stopping.abort();
        await server.stop();
        await clients.close();
      },
    };
  } catch (fault) {
    await clients.close();
    throw fault;
  }
}

if (require.main === module) runPart(() => startApi(loadConfig()));
