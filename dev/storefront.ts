import { startStorefront } from '../examples/storefront/server';
import { loadConfig, mobifoneBaseUrl } from '../config';
import { runPart, type Part } from '../runtime/process';
import { readDemoChannel } from '../sandbox/demo-channels/first';

/** The demo shop as a part of `npm start`: the demo channel's storefront. */
runPart(async (): Promise<Part> => {
  const config = loadConfig();
  const { apiKey } = await readDemoChannel(config.DATA_DIR, 'demo');
  const host = config.API_HOST === '0.0.0.0' || config.API_HOST === '::' ? '127.0.0.1' : config.API_HOST;
  const storefront = await startStorefront({
    host: config.STOREFRONT_HOST,
    port: config.STOREFRONT_PORT,
    apiUrl: `http://${host}:${config.API_PORT}`,
    key: apiKey,
    sandboxUrl: mobifoneBaseUrl(config),
  });
  return { stop: () => storefront.stop(), details: { port: storefront.port } };
});
