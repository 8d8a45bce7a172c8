import pino from 'pino';
import { loadConfig } from '../../config';
import { runPart } from '../../process';
import { installRuntime, startWorker } from '../../worker';
import { fromEnvironment } from './bundles';

/** The worker of `npm run worker`, but for its workflows, which the bench has bundled already. */
runPart(async () => {
  const config = loadConfig();
  installRuntime(pino({ name: 'worker', level: config.LOG_LEVEL }));
  return startWorker(config, { workflowBundle: fromEnvironment() });
});
