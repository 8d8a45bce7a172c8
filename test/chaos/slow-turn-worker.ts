import { loadConfig } from '../../config';
import { createLogger } from '../../runtime/logging';
import { runPart } from '../../runtime/process';
import { startWorker } from '../../worker';
import { installRuntime } from '../../worker/temporal-runtime';

/** The product's worker with its own options, for the one workflow of the stories about a turn that is frozen. */
runPart(async () => {
  const config = loadConfig();
  const logger = createLogger('worker', config.LOG_LEVEL);
  installRuntime(logger);
  return startWorker(config, logger, { workflowsPath: require.resolve('./slow-turn-workflow') });
});
