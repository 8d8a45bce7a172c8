import { createServer } from 'node:http';
import { unsafeSettings } from '../../runtime/configuration/unsafe-settings';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { ensureKeyRing, openKeyRing } from '../key-ring-of-folder';
import { PayloadEncryption } from '../payload-encryption';
import { loadConfig, requireFaultless, type Config } from '../../config';
import { isLoopback } from '../../runtime/this-machine';
import { closeAtOnce, listen } from '../../runtime/listening';
import { createLogger } from '../../runtime/logging';
import { runPart, type Part } from '../../runtime/process';
import { createCodecServer } from './app';
import type { Access } from './authentication';

/**
 * Starts the codec server from configuration.
 * @throws when the key ring cannot be used, the port is taken, or it would decrypt without authentication
 */
export async function startCodecServer(config: Config): Promise<Part> {
  const logger = createLogger('codec-server', config.LOG_LEVEL);
  const access = accessOf(config);
  requireFaultless(openAccessFaults(config));
  for (const warning of unsafeSettings(config, 'codec-server', new Date())) logger.warn(warning);
  for (const fault of await ensureKeyRing(config)) logger.error({ setting: 'ENCRYPTION_KEYS_FILE' }, fault);
  const { reading, writing } = openKeyRing(config, {
    onUnusable: (fault) =>
      logger.error({ err: fault }, 'key ring reload failed; keeping the previous version'),
    onUsable: () => logger.info('the key ring is followed again'),
  });
  const { namespace } = temporalTarget(config);
  const codec = new PayloadEncryption(reading, writing, { namespace }); // what is in clear is shown to people as it is
  const server = createServer(createCodecServer({ codec, access, namespace, logger }));
  const { CODEC_SERVER_HOST: host, CODEC_SERVER_PORT: port } = config;
  const listening = await listen(server, { host, port, setting: 'CODEC_SERVER_PORT' });
  logger.info({ port: listening, origins: access.origins }, 'the codec server listens');
  return {
    details: { port: listening },
    stop: () => closeAtOnce(server), // answers take milliseconds, and the Web UI retries
  };
}

function accessOf(config: Config): Access {
  const { CODEC_SERVER_JWKS_URL: jwksUrl, CODEC_SERVER_TOKEN: token } = config;
  const { CODEC_SERVER_JWT_ISSUER: issuer, CODEC_SERVER_JWT_AUDIENCE: audience } = config;
  const origins = config.CODEC_SERVER_ORIGINS ?? webUis(config);
  return {
    origins,
    ...(token === undefined ? {} : { token }),
    ...(jwksUrl && issuer && audience ? { provider: { jwksUrl, issuer, audience } } : {}),
  };
}

function webUis(config: Config): string[] {
  const own = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${config.TEMPORAL_UI_PORT}`);
  return [
    ...(temporalTarget(config).embedded ? own : []),
    ...(config.TEMPORAL_UI_URL === undefined ? [] : [new URL(config.TEMPORAL_UI_URL).origin]),
  ];
}

/** What its own settings lack where it would decrypt for anyone; told along with every other fault. */
export function openAccessFaults({
  CODEC_SERVER_HOST: host,
  CODEC_SERVER_OPEN: isOpen,
  CODEC_SERVER_TOKEN: token,
  CODEC_SERVER_JWKS_URL: provider,
}: Partial<Config>): string[] {
  if (host === undefined || isLoopback(host) || isOpen || token !== undefined || provider !== undefined)
    return [];
  return [
    `CODEC_SERVER_HOST: the codec server would decrypt for anyone who reaches ${host}: set CODEC_SERVER_JWKS_URL or ` +
      'CODEC_SERVER_TOKEN, or CODEC_SERVER_OPEN=true where its port is published on loopback only',
  ];
}

if (require.main === module) runPart(() => startCodecServer(loadConfig(process.env, openAccessFaults)));
