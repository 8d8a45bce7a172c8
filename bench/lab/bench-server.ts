import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { loadConfig } from '../../config';
import { runPart } from '../../runtime/process';
import { type ServerTuning, startTemporalServer } from '../../dev/temporal/server';

/** Runs an embedded server that is set otherwise than that of `npm start`, to be measured beside it. */
export function runBenchServer(tuning: ServerTuning): void {
  runPart(async (stopping) => {
    const config = loadConfig();
    const { namespace } = temporalTarget(config);
    const server = await startTemporalServer(config, namespace, () => undefined, stopping, tuning);
    return {
      stop: () => server.stop(),
      failed: server.failed,
      details: { port: server.port, uiPort: server.uiPort, pid: server.pid },
    };
  });
}
