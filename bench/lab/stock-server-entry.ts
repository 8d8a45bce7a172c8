import { temporalTarget } from '../../client/connection';
import { loadConfig } from '../../config';
import { runPart } from '../../process';
import { startTemporalServer } from '../../scripts/temporal/server';

/** The dev server as it comes, with a database file like ours: what anyone has who starts it by hand. */
runPart(async (stopping) => {
  const config = loadConfig();
  const { namespace } = temporalTarget(config);
  const stock = { dynamicConfig: [], sqlitePragmas: [] };
  const server = await startTemporalServer(config, namespace, () => undefined, stopping, stock);
  return {
    stop: () => server.stop(),
    failed: server.failed,
    details: { port: server.port, uiPort: server.uiPort, pid: server.pid },
  };
});
