import { startStorefront, type Storefront, type StorefrontOptions } from '../examples/storefront/server';
import { loadConfig, mobifoneBaseUrl } from '../config';
import { urlOf } from '../runtime/address';
import { runPart, type Part } from '../runtime/process';
import { readDemoChannel } from '../sandbox/demo-channels';

/** The port that the README names. */
const PORT = 8090;

/** The demo shop as a part of `npm start`: the demo channel's storefront. */
runPart(async (): Promise<Part> => {
  const config = loadConfig();
  const { apiKey } = readDemoChannel(config.DATA_DIR, 'demo');
  const storefront = await onPortOrAnother({
    host: config.SANDBOX_HOST,
    port: PORT,
    apiUrl: urlOf(config.API_HOST, config.API_PORT),
    key: apiKey,
    sandboxUrl: mobifoneBaseUrl(config),
  });
  return { stop: () => storefront.stop(), details: { port: storefront.port } };
});

/** A second stack has its shop on a port that the system chooses; `npm start` prints it. */
async function onPortOrAnother(options: StorefrontOptions): Promise<Storefront> {
  try {
    return await startStorefront(options);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw fault; // Node's errors of listening have one
    return startStorefront({ ...options, port: 0 });
  }
}
