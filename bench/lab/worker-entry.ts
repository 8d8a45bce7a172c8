import { loadConfig } from '../../config';
import { createLogger } from '../../runtime/logging';
import { runPart } from '../../runtime/process';
import { startWorker } from '../../worker';
import { installRuntime } from '../../worker/temporal-runtime';
import { fromEnvironment } from './bundles';

/** The worker of `npm run worker`, but for its workflows, which the bench has bundled already. */
runPart(async () => {
  const config = loadConfig();
  const logger = createLogger('worker', config.LOG_LEVEL);
  installRuntime(logger);
  return startWorker(config, logger, { workflowBundle: fromEnvironment() });
});
