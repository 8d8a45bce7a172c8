import { GracefulShutdownPeriodExpiredError, Runtime, type TelemetryOptions } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { WORKER_HEARTBEAT_MS } from '../domain/worker-heartbeat';

/**
 * Installs the SDK's runtime. Temporal's log lines, the workflows' among them, become JSON lines like those of the other parts.
 * @param telemetry where the SDK serves its metrics
 */
export function installRuntime(logger: Pino, telemetry: TelemetryOptions = {}): void {
  const write = (level: Level, message: string, meta: Record<string, unknown> = {}) => {
    if (message.startsWith('No workflows registered')) return; // intended: the queues of MobiFone calls and webhooks have activities only
    const { error, ...rest } = meta;
    logger[level](error === undefined ? rest : { ...rest, err: error }, message);
  };
  Runtime.install({
    shutdownSignals: [],
    workerHeartbeatInterval: WORKER_HEARTBEAT_MS,
    telemetryOptions: telemetry,
    logger: {
      log: (level, message, meta) => write(LEVELS[level], message, meta),
      trace: (message, meta) => write('trace', message, meta),
      debug: (message, meta) => write('debug', message, meta),
      info: (message, meta) => write('info', message, meta),
      warn: (message, meta) => write('warn', message, meta),
      error: (message, meta) => write('error', message, meta),
    },
  });
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
type Level = (typeof LEVELS)[keyof typeof LEVELS];

/** How long activities may take to end after their cancellation, which comes at the end of WORKER_SHUTDOWN_GRACE. */
export const FORCE_SHUTDOWN_AFTER_MS = 10_000;

/**
 * Explains the failure of a worker's run to an operator.
 * @throws Error when activities were still running, else the fault itself
 */
export function explainForcedExit(fault: unknown): never {
  if (!(fault instanceof GracefulShutdownPeriodExpiredError)) throw fault;
  throw new Error(
    'The worker was forced to exit while activities were still running. Another worker retries them, and asks MobiFone first.',
    { cause: fault },
  );
}
