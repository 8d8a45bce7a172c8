import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { openEncryption } from '../../client/encryption';
import { loadConfig, mobifoneBaseUrl } from '../../config';
import { createGateway } from '../../mobifone/client';
import { DIALECTS } from '../../mobifone/dialects';
import { runPart } from '../../runtime/process';
import { installRuntime } from '../../worker/temporal-runtime';
import { fromEnvironment } from '../lab/bundles';
import { YARDSTICK_QUEUE } from './task-queue';
import { createNaiveActivities } from './naive-activities';

/** A worker of the two workflows that ours is measured against, with the SDK's own defaults as ours has them. */
runPart(async () => {
  const config = loadConfig();
  installRuntime(pino({ name: 'yardstick', level: config.LOG_LEVEL }));
  const { connectionOptions, namespace } = temporalTarget(config);
  const connection = await NativeConnection.connect(connectionOptions);
  const gateway = createGateway({
    baseUrl: mobifoneBaseUrl(config),
    clientId: config.MOBIFONE_CLIENT_ID,
    clientSecret: config.MOBIFONE_CLIENT_SECRET,
    callTimeoutMs: config.MOBIFONE_CALL_TIMEOUT,
    dialect: DIALECTS[config.MOBIFONE_DIALECT],
  });
  const worker = await Worker.create({
    connection,
    namespace,
    dataConverter: openEncryption(config).dataConverter, // as the bench's client writes
    taskQueue: YARDSTICK_QUEUE,
    workflowBundle: fromEnvironment(),
    activities: createNaiveActivities(gateway),
  });
  const running = worker.run();
  return {
    failed: running.then(() => new Promise<never>(() => undefined)),
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      gateway.close();
      await connection.close();
    },
  };
});
