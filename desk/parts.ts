import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Batches } from '../client/batches';
import type { Blocks } from '../client/blocks';
import type { Cases } from '../client/cases';
import type { Control } from '../client/control';
import type { Inquiries } from '../client/inquiries';
import type { Notices } from '../client/notices';
import type { WebUiLinks } from '../client/web-ui-links';
import type { Msisdn } from '../domain/msisdn';
import type { Operations } from '../operators/operations';
import type { SignInParts } from './access/sign-in-routes';
import type { BatchRuns } from './batch/batch-runs';
import type { QueueWatch } from './queue/queue-watch';
import type { LimitsOfNumbers } from './registry';

/** What the desk works with: the same functions as the command `datacode`. */
export interface DeskParts extends SignInParts {
  client: Client;
  /** The queue of the workers, which is asked whether there are any. */
  taskQueue: string;
  watch: QueueWatch;
  operations: Operations;
  batches: BatchRuns;
  /** Lists of orders that channels have sent. */
  channelBatches: Pick<Batches, 'find'>;
  inquiries: Inquiries;
  notices: Notices;
  cases: Cases;
  control: Control;
  blocks: Blocks;
  webUi: WebUiLinks | null;
  logger: Logger;
  /** The hashes that a subscriber's purchases may have; undefined where encryption is off. */
  subscriberHashes: ((number: Msisdn) => readonly string[]) | undefined;
  /** What may be paused, by name, as it is now. */
  pausable: () => { channels: readonly string[]; packages: readonly string[] };
  /** What may be sold to one number on a day, as the channel registry says now. */
  limitsOfNumbers: () => LimitsOfNumbers;
}
