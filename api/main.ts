import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { loadCatalogue } from '../catalogue/load';
import { followRegistry } from '../channel/registry';
import { watchClock } from '../runtime/server-clock';
import { explainUnreachable } from '../client/connection/connect';
import { unsafeSettings } from '../runtime/configuration/unsafe-settings';
import { temporalTarget, type TemporalTarget } from '../runtime/configuration/temporal-target';
import { createPurchases, type PurchaseClients } from '../client/create-purchases';
import { NO_WRITES } from '../client/write-health';
import { ensureKeyRing } from '../encryption/key-ring-of-folder';
import { channelsFile, loadConfig, type Config } from '../config';
import { descriptorLimit, watchDescriptors } from '../runtime/descriptors';
import { runPart, type Part } from '../runtime/process';
import { createApi, type ApiParts } from './app';
import { createLogger } from '../runtime/logging';
import { inFewLines, type ConnectionLimit } from './http/connection-limit';
import { ApiMetrics } from './http/metrics';
import { serveMetrics } from './http/metrics-server';
import { startServer } from './http/server';
import { BusinessGauges, type BusinessSource } from './health/business-gauges';

/** Shares of the file descriptors: for clients' connections, the rest being for files and Temporal; and for streams. */
const CONNECTIONS_SHARE = 0.8;
const STREAMS_SHARE = 0.5;
/**
 * More than a channel's servers behind one address keep ready. One that just opened may have sent a request that this
 * process has not read yet; one that never sends anything is closed after as long (`ClientPatience.head`).
 */
const IDLE = { perAddress: 100, afterMs: 10_000 };

/**
 * Starts the API from configuration. It comes up without Temporal too; `/readyz` tells.
 * @param pause waits so many milliseconds
 * @throws when a file cannot be used or the port is taken; the message names the setting
 */
export async function startApi(
  config: Config,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<Part> {
  const logger = createLogger('api', config.LOG_LEVEL);
  const { packages, rules: discountRules } = loadCatalogue(config, (gap) =>
    logger.warn({ setting: 'DISCOUNTS_FILE' }, gap),
  );
  const metrics = new ApiMetrics();
  const registry = followRegistry(channelsFile(config), {
    insecureHttpHosts: config.INSECURE_HTTP_HOSTS,
    gatewayUrl: config.MOBIFONE_BASE_URL,
    packages,
    onUnusable: (fault) => {
      metrics.follows('channels', false);
      logger.error({ err: fault }, 'channel registry reload failed; keeping the previous version');
    },
    onUsable: () => {
      metrics.follows('channels', true);
      logger.info('the channel registry is followed again');
    },
    onWarning: (warning) => logger.warn({ setting: 'CHANNELS_FILE' }, warning),
  });
  const stopping = new AbortController();
  const closing = new AbortController();
  for (const fault of await ensureKeyRing(config)) logger.error({ setting: 'ENCRYPTION_KEYS_FILE' }, fault);
  const clients = openClients(config, metrics, logger);
  for (const warning of unsafeSettings(config, 'api', new Date())) logger.warn(warning);
  if (!config.ENCRYPTION && config.API_CURSOR_SECRET === undefined) {
    logger.warn('list cursors are valid at this process only, until it ends: set API_CURSOR_SECRET');
  }
  const descriptors = (await descriptorLimit()) ?? Infinity;
  try {
    const app = createApi({
      ...clients,
      registry,
      packages,
      discountRules,
      duplicateWindowMs: config.DUPLICATE_WINDOW,
      logger,
      limits: limitsOf(config, descriptors),
      trustedProxies: config.API_TRUSTED_PROXIES,
      stopping: stopping.signal,
      metrics,
      closing: closing.signal,
    });
    const connections = {
      ...connectionLimit(descriptors, metrics, logger),
      ...(config.API_TRUSTED_PROXIES > 0 ? {} : { idle: IDLE }), // a proxy's address is that of all
    };
    const server = await startServer(app, config.API_HOST, config.API_PORT, undefined, connections, logger);
    logger.info({ port: server.port }, 'API listening');
    const stopWatching = watchClock(clients.clock, { logger, onOffset: metrics.clockIsOff });
    const stopCounting = await watchDescriptors(logger, (counted) => metrics.descriptors(counted));
    const stopMetrics = await tellMetrics(config, metrics, clients.business, logger);
    void tellObstacle(temporalTarget(config), logger);
    return {
      details: { port: server.port },
      async stop() {
        stopping.abort(); // `/readyz` says no, and each answer asks for a connection elsewhere
        await pause(config.API_SHUTDOWN_DELAY);
        closing.abort();
        await server.stop(config.fixed.apiShutdownGraceMs);
        await stopMetrics();
        stopWatching();
        stopCounting();
        await clients.close();
      },
    };
  } catch (fault) {
    await clients.close();
    throw fault;
  }
}

/** All that is asked of Temporal, with what must be told of it. */
function openClients(config: Config, metrics: ApiMetrics, logger: Logger): PurchaseClients {
  return createPurchases(config, {
    onTurn(works, fault) {
      metrics.temporalTakesWrites(works);
      if (works) logger.info('Temporal accepts writes again');
      else logger.error({ err: fault }, NO_WRITES);
    },
    onExhausted: (operation) => metrics.temporalRefused(operation),
    onUnusable: (fault) => {
      metrics.follows('keys', false);
      logger.error({ err: fault }, 'key ring reload failed; keeping the previous version');
    },
    onUsable: () => {
      metrics.follows('keys', true);
      logger.info('the key ring is followed again');
    },
    onUnreadable: ({ reason, keyId, message }) =>
      logger[reason === 'key_shredded' ? 'info' : 'error']({ reason, keyId }, message),
  });
}

/** @param descriptors that the process may have open; Infinity without a limit */
function limitsOf(config: Config, descriptors: number): ApiParts['limits'] {
  return {
    requestsPerMinute: config.API_RATE_LIMIT,
    concurrentRequests: config.fixed.concurrentRequests,
    anonymousPerMinute: config.fixed.anonymousPerMinute,
    waitingPerChannel: config.fixed.channelStreams,
    waitingInAll: Math.min(config.fixed.allStreams, Math.floor(descriptors * STREAMS_SHARE)),
  };
}

function connectionLimit(descriptors: number, metrics: ApiMetrics, logger: Logger): ConnectionLimit {
  const tellRefused = inFewLines((refused) =>
    logger.error({ refused, limit: descriptors }, 'connections refused: the file descriptor limit is near'),
  );
  return {
    limit: Math.floor(descriptors * CONNECTIONS_SHARE),
    onRefused(how) {
      metrics.connectionRefused(how);
      tellRefused();
    },
  };
}

/** Where a port for them is set; the figures of Temporal are asked for only then. */
async function tellMetrics(
  config: Config,
  metrics: ApiMetrics,
  business: BusinessSource,
  logger: Logger,
): Promise<() => Promise<void>> {
  if (config.METRICS_API_PORT === undefined) return () => Promise.resolve();
  metrics.watchProcess();
  const gauges = new BusinessGauges(metrics.registry, business, logger, config.TEMPORAL_RETENTION);
  const server = await serveMetrics(metrics.registry, config.METRICS_HOST, config.METRICS_API_PORT);
  logger.info({ port: server.port }, 'metrics server listening');
  const stopAsking = gauges.keepFresh(config.fixed.metricsRefreshMs);
  return () => {
    stopAsking();
    return server.stop();
  };
}

/** The API sells as soon as Temporal answers, however late; what is in the way is told once, and not only as "not ready". */
async function tellObstacle(target: TemporalTarget, logger: Logger): Promise<void> {
  const obstacle = await explainUnreachable(target);
  if (obstacle === undefined) return;
  const { address } = target.connectionOptions;
  logger.error({ address }, `Temporal cannot be reached: ${obstacle}`);
}

if (require.main === module) runPart(() => startApi(loadConfig()));
