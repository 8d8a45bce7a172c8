import { startStorefront } from '../examples/storefront/server';
import { loadConfig, mobifoneBaseUrl } from '../config';
import { urlOf } from '../runtime/address';
import { runPart, type Part } from '../runtime/process';
import { isFromAnotherSite } from '../runtime/other-site';
import { mayBeRebound } from '../runtime/rebound-host';
import { readDemoChannel } from '../sandbox/demo-channels';

/** The demo shop as a part of `npm start`: the demo channel's storefront. */
runPart(async (): Promise<Part> => {
  const config = loadConfig();
  const { apiKey } = readDemoChannel(config.DATA_DIR, 'demo');
  const storefront = await startStorefront({
    host: config.SANDBOX_HOST,
    port: config.STOREFRONT_PORT,
    apiUrl: urlOf(config.API_HOST, config.API_PORT),
    key: apiKey,
    mayAnswer: ({ method, headers }) => !mayBeRebound(headers.host) && !isFromAnotherSite(method, headers),
    sandboxUrl: mobifoneBaseUrl(config),
  });
  return { stop: () => storefront.stop(), details: { port: storefront.port } };
});
