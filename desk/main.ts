import { createServer } from 'node:http';
import { Client } from '@temporalio/client';
import { Blocks } from '../client/blocks';
import { Cases } from '../client/cases';
import { answeringConnection } from '../client/connection/answering';
import { Control } from '../client/control';
import { openEncryption } from '../client/encryption';
import { Inquiries } from '../client/inquiries';
import { ListCursors } from '../client/list-cursor';
import { rowSources } from '../client/row-sources';
import { TemporalBatches } from '../client/temporal-batches';
import { TemporalNotices } from '../client/temporal-notices';
import { webUiLinks } from '../client/web-ui-links';
import { channelsFile, loadConfig, requireFaultless, type Config } from '../config';
import { ensureKeyRing } from '../encryption/key-ring-of-folder';
import { Operations } from '../operators/operations';
import { urlOf } from '../runtime/address';
import { batchPolicy, purchasePolicy } from '../runtime/configuration/purchase-policy';
import { unsafeSettings } from '../runtime/configuration/unsafe-settings';
import { temporalTarget } from '../runtime/configuration/temporal-target';
import { closeAtOnce, listen } from '../runtime/listening';
import { createLogger } from '../runtime/logging';
import { reportProgress, runPart, type Part } from '../runtime/process';
import { Oidc } from './access/oidc';
import { isForThisMachine } from './access/for-this-machine';
import { OneTimeLink } from './access/one-time-link';
import { Sessions } from './access/sessions';
import type { SignIn } from './access/sign-in-routes';
import { deskApp } from './app';
import { channelNames, limitsOfNumbers, packageCodes } from './registry';
import type { DeskParts } from './parts';
import { BatchRuns } from './batch/batch-runs';
import { QueueWatch } from './queue/queue-watch';

/**
 * Starts the operators' desk from configuration. It comes up without Temporal too, and says so on its pages.
 * @throws when the key ring cannot be used, the port is taken, or anybody on the network could sign in
 */
export async function startDesk(config: Config): Promise<Part> {
  requireFaultless(openDoorFaults(config));
  const logger = createLogger('desk', config.LOG_LEVEL);
  for (const warning of unsafeSettings(config, 'desk', new Date())) logger.warn(warning);
  for (const fault of await ensureKeyRing(config)) logger.error({ setting: 'ENCRYPTION_KEYS_FILE' }, fault);
  const { connectionOptions, namespace, embedded } = temporalTarget(config);
  const connection = answeringConnection(connectionOptions);
  const encryption = openEncryption(config, {
    onUnusable: (fault) =>
      logger.error({ err: fault }, 'key ring reload failed; keeping the previous version'),
    onUsable: () => logger.info('the key ring is followed again'),
  });
  const client = new Client({ connection, namespace, dataConverter: encryption.dataConverter });
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  const settings = { taskQueue, policy: purchasePolicy(config) };
  const cursors = new ListCursors(encryption.cursorKeys);
  const operations = new Operations(client);
  const control = new Control(client, taskQueue);
  const watch = new QueueWatch(client, taskQueue, control, (fault) =>
    logger.error({ err: fault }, 'queue not read'),
  );
  let address = '';
  const signIn = signInOf(config, () => address);
  const parts: DeskParts = {
    client,
    taskQueue,
    watch,
    logger,
    signIn,
    sessions: new Sessions(),
    publicUrl: config.DESK_URL,
    operations,
    batches: new BatchRuns(client, operations, config.DATA_DIR, logger),
    channelBatches: new TemporalBatches(client, {
      taskQueue,
      policy: batchPolicy(config),
      cursors,
      rows: rowSources(client, settings),
    }),
    inquiries: new Inquiries(client, settings),
    notices: new TemporalNotices(client, { ...settings, cursors }),
    cases: new Cases(client, settings),
    control,
    blocks: new Blocks(client, taskQueue),
    webUi: webUiLinks(webUiOf(config, embedded), namespace),
    subscriberHashes: config.ENCRYPTION ? encryption.subscriberHashes : undefined,
    pausable: () => ({
      channels: channelNames(channelsFile(config)) ?? [],
      packages: packageCodes(config.PACKAGES_FILE),
    }),
    limitsOfNumbers: () => limitsOfNumbers(channelsFile(config)),
  };
  const server = createServer(deskApp(parts));
  const { DESK_HOST: host, DESK_PORT: wanted } = config;
  const port = await listen(server, { host, port: wanted, setting: 'DESK_PORT' });
  address = urlOf(host, port);
  logger.info({ port, signIn: signIn.kind }, 'the operators’ desk listens');
  return {
    details: { port, link: signIn.kind === 'link' ? signIn.link.url : (config.DESK_URL ?? address) },
    async stop() {
      watch.stop();
      await closeAtOnce(server); // pages are made in moments, and live ones connect again
      await connection.close();
    },
  };
}

function signInOf(config: Config, address: () => string): SignIn {
  const { DESK_OIDC_ISSUER: issuer, DESK_OIDC_CLIENT_ID: clientId } = config;
  const { DESK_OIDC_CLIENT_SECRET: clientSecret, DESK_OIDC_ROLE_CLAIM: roleClaim } = config;
  if (issuer !== undefined && clientId !== undefined)
    return { kind: 'provider', roleClaim, oidc: new Oidc({ issuer, clientId, clientSecret, roleClaim }) };
  const onNext = (link: string) => reportProgress(`Operators’ desk, the next one-time link: ${link}`);
  return { kind: 'link', link: new OneTimeLink(() => config.DESK_URL ?? address(), onNext) };
}

/** The embedded Web UI, or that of `TEMPORAL_UI_URL`; null when it is not known. */
function webUiOf(config: Config, isEmbedded: boolean): string | null {
  return isEmbedded ? urlOf('127.0.0.1', config.TEMPORAL_UI_PORT) : (config.TEMPORAL_UI_URL ?? null);
}

/** What is missing where people from other machines could sign in by the one-time link. */
export function openDoorFaults({
  DESK_HOST: host,
  DESK_URL: url,
  DESK_OIDC_ISSUER: issuer,
}: Partial<Config>): string[] {
  if (host === undefined || issuer !== undefined || isForThisMachine(host, url)) return [];
  return ['DESK_OIDC_ISSUER: must be set where the desk is reached from other machines'];
}

if (require.main === module) runPart(() => startDesk(loadConfig(process.env, openDoorFaults)));
