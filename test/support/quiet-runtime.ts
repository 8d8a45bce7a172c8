import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Imported before the first worker: tests speak by their results; only errors are printed. */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  shutdownSignals: [],
  telemetryOptions: { logging: { filter: 'error', forward: {} } },
});
