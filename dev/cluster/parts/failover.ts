import { temporalTarget } from '../../../runtime/configuration/temporal-target';
import { loadConfig } from '../../../config';
import { type Part, runPart } from '../../../runtime/process';
import { prepareWhenReady } from '../../temporal/ready';
import { freePort } from '../../temporal/free-port';
import { Failover } from '../failover';
import { frontends, HOST } from '../layout';

/** The one address of all frontends, at TEMPORAL_PORT; ready once the namespace behind it is fit for purchases. */
runPart(async (stopping): Promise<Part> => {
  const config = loadConfig();
  const { namespace } = temporalTarget(config);
  const port = await freePort(HOST, config.TEMPORAL_PORT, 'TEMPORAL_PORT');
  const failover = new Failover(frontends(config));
  await failover.listen(HOST, port);
  try {
    await prepareWhenReady(`${HOST}:${port}`, namespace, config, stopping);
  } catch (fault) {
    await failover.close();
    throw fault;
  }
  return { stop: () => failover.close(), details: { port } };
});
