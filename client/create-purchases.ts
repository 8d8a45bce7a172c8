import { Client } from '@temporalio/client';
import { answeringConnection } from './connection/answering';
import { TemporalChannelStatements, type ChannelStatements } from './channel-statements';
import { TemporalChannelEarnings, type ChannelEarnings } from './channel-earnings';
import { temporalTarget, type ConnectionConfig } from '../runtime/configuration/temporal-target';
import { Control } from './control';
import { openEncryption, type EncryptionListener, type EncryptionSettings } from './encryption';
import { TemporalEligibilityQuestions, type EligibilityQuestions } from './eligibility';
import { wasOverBefore } from './batch-runs';
import type { Batches } from './batches';
import { TemporalBatches } from './temporal-batches';
import { TemporalOrderClaims, type OrderClaims } from './order-claims';
import { TemporalSaleCounts, type SaleCounts } from './sale-counts';
import { TemporalIdempotencyKeys, type IdempotencyKeys } from './idempotency-keys';
import { batchPolicy, purchasePolicy, type PolicySettings } from '../runtime/configuration/purchase-policy';
import { queueSides } from '../runtime/configuration/task-queues';
import type { Notices } from './notices';
import { OutsideEnds } from './outside-ends';
import type { Purchases } from './purchases';
import { ServerClock } from '../runtime/server-clock';
import { Blocks, CachedBlocks, type CurrentBlocks } from './blocks';
import { Cases } from './cases';
import { CachedPauses, type CurrentPauses } from './current-pauses';
import { BusinessSnapshots } from './business-snapshot';
import { ListCursors } from './list-cursor';
import { TemporalNotices } from './temporal-notices';
import { TemporalWebhookTests, type WebhookTests } from './webhook-tests';
import { TemporalPurchaseSearch, type PurchaseSearch } from './purchase-search';
import { CachedService, mobifoneState, type CurrentService } from './service-state';
import { TemporalPurchases, type RowsOfBatches } from './temporal-purchases';
import { SEES_FAILURES, WriteHealth, type WriteProbe } from './write-health';
import { writeProbe } from './write-probe';

export type PurchasesConfig = ConnectionConfig & PolicySettings & EncryptionSettings;

/** Everything that the API needs of Temporal, over one connection. */
export interface PurchaseClients {
  purchases: Purchases;
  /** How purchases ended that were ended from outside. */
  ends: OutsideEnds;
  search: PurchaseSearch;
  earnings: ChannelEarnings;
  statements: ChannelStatements;
  questions: EligibilityQuestions;
  batches: Batches;
  /** Whether a batch was over before this run of its workflow began. */
  wasBatchOver: (run: { workflowId: string; runId: string }) => Promise<boolean>;
  notices: Notices;
  webhookTests: WebhookTests;
  pauses: CurrentPauses;
  service: CurrentService;
  blocks: CurrentBlocks;
  idempotencyKeys: IdempotencyKeys;
  orderClaims: OrderClaims;
  saleCounts: SaleCounts;
  /** Figures for operators' metrics. */
  business: BusinessSnapshots;
  /** Temporal’s clock, estimated from the sales. */
  clock: ServerClock;
  close(): Promise<void>;
}

/**
 * Clients of the configured Temporal server. The connection is made at the first call and remade whenever it is lost,
 * so the API survives restarts of its server.
 * @throws UnusableFile if the key ring cannot be used
 */
export function createPurchases(
  config: PurchasesConfig,
  listener: EncryptionListener &
    Pick<WriteProbe, 'onTurn'> & {
      /** Called for each attempt that Temporal rejects for its load. */
      onExhausted?: (operation: string) => void;
      /** Set where what is submitted are rows of batches, which come after single sales. */
      rows?: RowsOfBatches;
    } = {},
): PurchaseClients {
  const { connectionOptions, namespace } = temporalTarget(config);
  const connection = answeringConnection(connectionOptions, { onExhausted: listener.onExhausted });
  const encryption = openEncryption(config, listener);
  const {
    dataConverter,
    subscriberHash,
    subscriberHashes,
    cursorKeys,
    idempotencyDigests: digests,
  } = encryption;
  const client = new Client({ connection, namespace, dataConverter });
  const cursors = new ListCursors(cursorKeys);
  const clock = new ServerClock();
  const settings = { taskQueue: config.TEMPORAL_TASK_QUEUE, policy: purchasePolicy(config) };
  const { onTurn } = listener;
  const writes = new WriteHealth(
    { write: () => writeProbe(client), ...(onTurn ? { onTurn } : {}) },
    SEES_FAILURES,
  );
  const purchases = new TemporalPurchases(client, {
    ...settings,
    rows: listener.rows,
    subscriberHash,
    cancelId: (workflowId) => digests(`cancel ${workflowId}`)[0],
    clock,
    writes,
  });
  const ends = new OutsideEnds(client, new Cases(client, settings));
  return {
    purchases,
    ends,
    service: new CachedService(purchases, () => mobifoneState(client, settings.taskQueue)),
    search: new TemporalPurchaseSearch(client, cursors, subscriberHashes),
    earnings: new TemporalChannelEarnings(client),
    statements: new TemporalChannelStatements(client),
    idempotencyKeys: new TemporalIdempotencyKeys(client, { taskQueue: settings.taskQueue, digests }),
    orderClaims: new TemporalOrderClaims(client, { taskQueue: settings.taskQueue, digests }),
    saleCounts: new TemporalSaleCounts(client, { taskQueue: settings.taskQueue, digests }),
    questions: new TemporalEligibilityQuestions(client, settings),
    batches: new TemporalBatches(client, {
      taskQueue: settings.taskQueue,
      policy: batchPolicy(config),
      cursors,
      rows: { purchases, ends },
    }),
    wasBatchOver: (run) => wasOverBefore(client, run),
    notices: new TemporalNotices(client, { ...settings, cursors }),
    webhookTests: new TemporalWebhookTests(client, settings),
    pauses: new CachedPauses(new Control(client, config.TEMPORAL_TASK_QUEUE)),
    blocks: new CachedBlocks(new Blocks(client, config.TEMPORAL_TASK_QUEUE)),
    business: new BusinessSnapshots(client, queueSides(settings.taskQueue)),
    clock,
    close() {
      writes.close();
      return connection.close();
    },
  };
}
