import { Client } from '@temporalio/client';
import { Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { WorkerOptionsWithDefaults } from '@temporalio/worker/lib/worker-options';
import type { Logger as Pino } from 'pino';
import {
  createEligibilityActivities,
  createGatewayActivities,
  createGatewayHealthActivities,
} from './activities';
import { followRegistry } from './channel/registry';
import { faultInWords } from './client/namespace-fault';
import { namespaceFault } from './client/namespace-state';
import { originalRunOf } from './client/start-event';
import { nothingIfUnavailable } from './client/temporal-answers';
import { temporalTarget } from './runtime/configuration/temporal-target';
import { openEncryption } from './client/encryption';
import { ensureKeyRing } from './encryption/key-ring-of-folder';
import { NO_WRITES, type WriteHealth } from './client/write-health';
import { gatewayActivityRate, gatewayTerms } from './runtime/configuration/purchase-policy';
import { unsafeSettings } from './runtime/configuration/unsafe-settings';
import { batchTaskQueue, gatewayTaskQueue, webhookTaskQueue } from './runtime/configuration/task-queues';
import { ServerClock, watchClock } from './runtime/server-clock';
import {
  channelsFile,
  loadConfig,
  mobifoneBaseUrl,
  mobifoneCredentials,
  mobifoneFaults,
  type Config,
} from './config';
import { deadlineIn } from './runtime/deadline';
import { Circuit } from './mobifone/circuit';
import { watchDescriptors } from './runtime/descriptors';
import { createLogger } from './runtime/logging';
import { createGateway, type Gateway } from './mobifone/client';
import { DIALECTS } from './mobifone/dialects';
import { observeGateway } from './mobifone/observed-gateway';
import { protectGateway } from './mobifone/protected-gateway';
import { runPart, type Part } from './runtime/process';
import { removeAbandonedFolders } from './runtime/temporary-folder';
import { observeServerTime, observeWrites } from './worker/activity-interceptors';
import { markResults, requireOwnActivity } from './worker/own-activity';
import { requireOwnPurchase } from './worker/own-purchase';
import { startWorkerHealth, type WorkerHealth } from './worker/health';
import { ANSWER_TIMEOUT_MS, connectWorker, workerWrites } from './worker/connection';
import { explainForcedExit, FORCE_SHUTDOWN_AFTER_MS, installRuntime } from './worker/temporal-runtime';
import { fixedSlots, workerTuning } from './worker/tuning';
import { bundleOf, workflowBundle } from './worker/workflow-bundle';
import { batchActivities } from './worker/batches';
import { closedPurchasesActivities, earlierRuns } from './worker/closed-purchases';
import { reconciliationActivities } from './worker/reconciliation';
import { keepSchedules, schedulesOf } from './worker/schedules';
import { metricsExporter, WorkerMetrics } from './worker/metrics';
import { SingleSales } from './worker/single-sales';
import { takenCaseActivities } from './worker/taken-cases';
import { takenNoticeActivities } from './worker/taken-notices';
import { webhookActivities } from './worker/webhooks';

/**
 * Time limit of one workflow activation. Its clock also runs while the process is frozen, and when it is exceeded on
 * Node 20 the whole worker ends, so it is longer than a freeze: docs/decisions/0022-workers-survive-a-freeze.md. The
 * SDK reads this option, but its type of options lacks it.
 */
const ACTIVATION_TIMEOUT: Pick<WorkerOptionsWithDefaults, 'isolateExecutionTimeout'> = {
  isolateExecutionTimeout: '10m',
};

/** How often a part of a batch reports, ms: so soon it learns that it is cancelled, and so little is done again. */
const BATCH_HEARTBEAT_MS = 1_000;

/**
 * Starts one worker from configuration and waits until it is ready to poll.
 * @param logger gets a line for each call to MobiFone and each delivery
 * @param workflows by default the project's own, bundled or taken from `CACHE_DIR`
 * @throws when Temporal cannot be reached, or the channel registry or the key ring cannot be used
 */
export async function startWorker(
  config: Config,
  logger: Pino,
  workflows?: Pick<WorkerOptions, 'workflowsPath' | 'workflowBundle'>,
): Promise<Part> {
  const target = temporalTarget(config);
  const { namespace } = target;
  const metrics = new WorkerMetrics(Runtime.instance().metricMeter, logger);
  const registry = followRegistry(channelsFile(config), {
    insecureHttpHosts: config.INSECURE_HTTP_HOSTS,
    gatewayUrl: config.MOBIFONE_BASE_URL,
    onUnusable: (fault) => {
      metrics.follows('channels', false);
      Runtime.instance().logger.error('channel registry reload failed; keeping the previous version', {
        error: fault,
      });
    },
    onUsable: () => {
      metrics.follows('channels', true);
      logger.info('the channel registry is followed again');
    },
  });
  for (const fault of await ensureKeyRing(config)) logger.error({ setting: 'ENCRYPTION_KEYS_FILE' }, fault);
  const clock = new ServerClock();
  const { dataConverter, workerDataConverter, binds } = openEncryption(config, {
    onUnusable: (fault) => {
      metrics.follows('keys', false);
      Runtime.instance().logger.error('key ring reload failed; keeping the previous version', {
        error: fault,
      });
    },
    onUsable: () => {
      metrics.follows('keys', true);
      logger.info('the key ring is followed again');
    },
    onUnreadable: ({ reason, keyId, message }) => {
      metrics.decryptionFailed(keyId);
      logger.error({ event: 'payload.unreadable', reason, keyId }, message);
    },
  });
  for (const warning of unsafeSettings(config, 'worker', new Date())) logger.warn(warning);
  if (config.ENCRYPTION && !binds()) {
    logger.warn('the current key does not bind payloads to their workflows: `npx datacode keys rotate`');
  }
  const { gateway, circuit } = openGateway(config, metrics);
  const singles = new SingleSales();
  const batches = batchActivities(config, registry, circuit, singles, logger);
  const way = await connectWorker(target);
  const { connection } = way;
  const temporal = { connection, namespace, dataConverter };
  const earlier = earlierRuns(config, temporal);
  const activities = {
    ...createGatewayActivities(
      gateway,
      gatewayTerms(config),
      { refuses: (channel) => config.OUTAGE_POLICY === 'refuse' && circuit.holdsBack(channel) },
      earlier,
    ),
    ...createEligibilityActivities(gateway),
    ...createGatewayHealthActivities(circuit),
    ...batches.activities,
    ...webhookActivities(config, registry, metrics, earlier),
    ...reconciliationActivities(config, temporal, (line) => logger.warn({ setting: 'DISCOUNTS_FILE' }, line)),
    ...closedPurchasesActivities(config, temporal),
    ...takenNoticeActivities(config, temporal),
    ...takenCaseActivities(config, temporal),
  };
  const client = new Client(temporal);
  const writes = workerWrites(temporal);
  const common = {
    connection,
    namespace,
    activities,
    dataConverter: workerDataConverter,
    shutdownGraceTime: config.WORKER_SHUTDOWN_GRACE,
    shutdownForceTime: config.WORKER_SHUTDOWN_GRACE + FORCE_SHUTDOWN_AFTER_MS,
    ...workerTuning(config),
    interceptors: {
      activity: [
        observeServerTime(clock),
        observeWrites(writes),
        singles.observe,
        markResults,
        requireOwnActivity((run) => originalRunOf(client, run)),
        requireOwnPurchase,
      ],
    },
    ...deploymentVersion(config), // of all queues: see docs/decisions/0006-pinned-worker-versions.md
  };
  const rate = gatewayActivityRate(config);
  const workers = [
    await Worker.create({
      ...common,
      ...ACTIVATION_TIMEOUT,
      ...(workflows ?? {
        workflowBundle: await workflowBundle(config.CACHE_DIR, bundleOf(workerDataConverter)),
      }),
      taskQueue: config.TEMPORAL_TASK_QUEUE,
    }),
    await Worker.create({
      ...common,
      taskQueue: gatewayTaskQueue(config),
      ...(rate === undefined ? {} : { maxTaskQueueActivitiesPerSecond: rate }),
    }),
    await Worker.create({
      ...common,
      ...fixedSlots(config.fixed.webhookConcurrency),
      taskQueue: webhookTaskQueue(config),
    }),
    await Worker.create({
      ...common,
      ...fixedSlots(config.fixed.batchConcurrency),
      maxHeartbeatThrottleInterval: BATCH_HEARTBEAT_MS,
      taskQueue: batchTaskQueue(config),
    }),
  ];
  const stopSettingSchedules = await keepSchedules(schedulesOf(config, temporal));
  let stopping = false;
  const stopWatching = watchClock(clock, { logger, onOffset: metrics.clockIsOff });
  const health = await healthOf(config, clock, async () =>
    stopping ? 'this worker is stopping' : obstacleOf(workers, client, writes),
  );
  const stopCounting = await watchDescriptors(logger, metrics.descriptors);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    ...(health ? { details: { healthPort: health.port } } : {}),
    failed: running.then(() => new Promise<never>(() => undefined)),
    async stop() {
      stopping = true; // `/readyz` says so before anything stops
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(explainForcedExit);
      stopWatching();
      stopSettingSchedules();
      gateway.close();
      writes.close();
      await batches.close();
      stopCounting();
      await health?.close();
      await way.close();
    },
  };
}

/** Probes come before the calls that were held back: the first soon, and MobiFone's return is noticed within a minute. */
const FIRST_PROBE_SHARE = 0.25;
const LONGEST_PROBE_SHARE = 3;

/** The gateway behind its circuit breaker, with metrics of both. */
function openGateway(config: Config, metrics: WorkerMetrics): { gateway: Gateway; circuit: Circuit } {
  const { circuitRetryMinMs: retryMinMs, circuitRetryMaxMs: retryMaxMs } = config.fixed;
  const circuit = new Circuit({
    probeMinMs: config.fixed.circuitFirstProbeMs ?? retryMinMs * FIRST_PROBE_SHARE,
    probeMaxMs: config.fixed.circuitLongestProbeMs ?? retryMinMs * LONGEST_PROBE_SHARE,
    retryMinMs,
    retryMaxMs,
  });
  circuit.onTurn = metrics.gatewayTurned;
  const gateway = createGateway({
    baseUrl: mobifoneBaseUrl(config),
    ...mobifoneCredentials(config),
    callTimeoutMs: config.MOBIFONE_CALL_TIMEOUT,
    dialect: DIALECTS[config.MOBIFONE_DIALECT],
  });
  const observed = observeGateway(gateway, metrics.gatewayCalled);
  return { gateway: protectGateway(observed, circuit, metrics.gatewayCallHeld), circuit };
}

/**
 * Why this worker is not ready, if so.
 * @throws gRPC's error when Temporal does not answer
 */
async function obstacleOf(
  workers: readonly Worker[],
  client: Client,
  writes: WriteHealth,
): Promise<string | undefined> {
  if (workers.some((worker) => worker.getState() !== 'RUNNING')) return 'this worker is not running';
  await client.withDeadline(deadlineIn(ANSWER_TIMEOUT_MS), () => client.workflowService.getSystemInfo({}));
  const fault = await namespaceFault(client).catch(nothingIfUnavailable); // purchases go on where no search is answered
  if (fault) return `Temporal's namespace cannot be used: ${faultInWords(fault)}`;
  const works = await writes.ask();
  return works ? undefined : NO_WRITES;
}

async function healthOf(
  config: Pick<Config, 'METRICS_HOST' | 'WORKER_HEALTH_PORT' | 'fixed'>,
  clock: ServerClock,
  obstacle: () => Promise<string | undefined>,
): Promise<WorkerHealth | undefined> {
  const { METRICS_HOST, WORKER_HEALTH_PORT: port, fixed } = config;
  if (port === undefined) return undefined;
  return startWorkerHealth({ obstacle, clock }, fixed.workerHealthHost ?? METRICS_HOST, port);
}

/** The build of this worker, where one is configured: a purchase ends on the build that it began on. */
function deploymentVersion(
  config: Pick<Config, 'WORKER_DEPLOYMENT_NAME' | 'WORKER_BUILD_ID'>,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  const { WORKER_DEPLOYMENT_NAME: deploymentName, WORKER_BUILD_ID: buildId } = config;
  if (deploymentName === undefined || buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

if (require.main === module) {
  runPart(async () => {
    const config = loadConfig(process.env, mobifoneFaults);
    const logger = createLogger('worker', config.LOG_LEVEL);
    installRuntime(logger, metricsExporter(config));
    await removeAbandonedFolders();
    return startWorker(config, logger);
  });
}
