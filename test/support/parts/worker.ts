import { createLogger } from '../../../runtime/logging';
import { runPart } from '../../../runtime/process';
import { startWorker } from '../../../worker';
import { installRuntime } from '../../../worker/temporal-runtime';
import { metricsExporter } from '../../../worker/metrics';
import { configWithFixedValues } from './fixed-values';

/** The product's worker with a test's values in place of the fixed ones. */
runPart(async () => {
  const config = configWithFixedValues();
  const logger = createLogger('worker', config.LOG_LEVEL);
  installRuntime(logger, metricsExporter(config));
  return startWorker(config, logger);
});
