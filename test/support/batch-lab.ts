import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import './quiet-runtime';
import { Client } from '@temporalio/client';
import {
  createBatchActivities,
  createChannelActivities,
  createTakenNoticeActivities,
} from '../../activities';
import type { WasBatchOver, BatchTools } from '../../activities/batch-activities';
import { NoticeWorkflows } from '../../client/notice-workflows';
import { ListCursors, cursorKeysOf } from '../../client/list-cursor';
import { TemporalBatches } from '../../client/temporal-batches';
import type { BatchPolicy, BatchRow, RowOutcome, RowTurn } from '../../domain/batch/batch';
import type { BatchObstacle } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import { packageCode } from '../../domain/catalogue/packages';
import { batchId, channelName, externalId, type BatchId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import type { Notice } from '../../domain/notice/notice';
import { markResults } from '../../worker/own-activity';
import { eventually } from './eventually';
import { fromGlobalSetup } from './test-environment';

const QUEUE = 'batch-lab';
const ROWS_QUEUE = 'batch-lab-rows';
export const CHANNEL = channelName('demo');
export const SOLD: RowOutcome = ['succeeded', null, 90_000, 5_400];
export const OPEN: RowOutcome = ['open', null, 90_000, 5_400];

/** Rows of numbers of their own. */
export function batchRows(count: number): BatchRow[] {
  return Array.from({ length: count }, (_, at) => [
    externalId(`row-${at + 1}`),
    msisdn(`8490${String(1_000_000 + at)}`),
    packageCode('D90'),
  ]);
}

const POLICY: BatchPolicy = {
  ownActivityIds: true,
  taskQueue: ROWS_QUEUE,
  rowsOfAPart: 4,
  maxOpenRows: 2,
  attemptTimeout: 600_000,
  heartbeatTimeout: 60_000,
  partsOfARun: 100,
  notices: { attemptTimeout: 60_000, heartbeatTimeout: 30_000 },
};

/** What becomes of rows, as data. */
export class ScriptedSale implements BatchTools {
  /** What rows are told instead of being sold, by place from 1; taken in turn, the last one stays. */
  readonly scripts = new Map<string, (RowOutcome | { obstacle: BatchObstacle })[]>();
  /** The rows that were begun, in order. */
  readonly begun: string[] = [];
  /** The obstacle while a batch waits, one a look; then there is none. */
  readonly obstacles: (BatchObstacle | undefined)[] = [];
  atOnce = 1;
  /** Called as each row begins. */
  onSale: (externalId: string) => void | Promise<void> = () => undefined;

  async sell(_: unknown, [id]: BatchRow): Promise<RowOutcome | { obstacle: BatchObstacle }> {
    await this.onSale(id);
    const told = this.next(id);
    if (!('obstacle' in told)) this.begun.push(id);
    return told;
  }

  async look(_: unknown, [id]: BatchRow): Promise<RowOutcome | undefined> {
    if (!this.begun.includes(id)) return undefined;
    const told = this.next(id);
    return 'obstacle' in told ? undefined : told;
  }

  async obstacle(): Promise<BatchObstacle | undefined> {
    return this.obstacles.shift();
  }

  async turn(): Promise<RowTurn> {
    return { end: () => undefined };
  }

  rowsAtOnce(): number {
    return this.atOnce;
  }

  private next(id: string): RowOutcome | { obstacle: BatchObstacle } {
    const script = this.scripts.get(id) ?? [];
    return (script.length > 1 ? script.shift() : script[0]) ?? SOLD;
  }
}

let count = 0;

/** Real workflow and activity code around rows whose sale is the test's choice. */
export class BatchLab {
  readonly sale = new ScriptedSale();
  readonly notices: Notice[] = [];
  /** How long a part may begin rows; the product's time unless given. */
  turnMs: number | undefined;
  /** The time-skipping server cannot list runs. */
  wasOver: WasBatchOver = () => Promise.resolve(false);
  readonly client: Client;
  readonly id: BatchId;
  readonly batches: TemporalBatches;
  readonly noticeWorkflows: NoticeWorkflows;

  constructor(
    readonly environment: TestWorkflowEnvironment,
    readonly policy: BatchPolicy = POLICY,
    change: Partial<BatchPolicy> = {},
  ) {
    count += 1;
    this.id = batchId(`batch-${process.pid}-${count}`);
    this.client = new Client({ connection: environment.connection });
    this.noticeWorkflows = new NoticeWorkflows(this.client, { taskQueue: QUEUE, policy: policy.notices });
    this.batches = new TemporalBatches(this.client, {
      taskQueue: QUEUE,
      policy: { ...policy, ...change },
      cursors: new ListCursors(cursorKeysOf(undefined)),
    });
  }

  get handle() {
    return this.client.workflow.getHandle(`batch:${CHANNEL}:${this.id}`);
  }

  /** Runs a story with workers beside it. */
  async run<T>(story: () => Promise<T>): Promise<T> {
    const common = {
      connection: this.environment.nativeConnection,
      activities: {
        ...createBatchActivities(this.sale, this.wasOver, this.turnMs),
        ...createTakenNoticeActivities((addressed) => this.noticeWorkflows.startTaken(addressed)),
        ...createChannelActivities(async (_, notice) => {
          this.notices.push(notice);
          return { kind: 'delivered' };
        }),
      },
      interceptors: { activity: [markResults] },
      maxHeartbeatThrottleInterval: 100,
    };
    const rows = await Worker.create({ ...common, taskQueue: ROWS_QUEUE });
    const worker = await Worker.create({
      ...common,
      taskQueue: QUEUE,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
    });
    return worker.runUntil(() => rows.runUntil(story));
  }

  async submit(rows: readonly BatchRow[], acceptedAt?: string): Promise<void> {
    const now = new Date(await this.environment.currentTimeMs()).toISOString();
    await this.batches.submit({ channel: CHANNEL, batchId: this.id, rows, acceptedAt: acceptedAt ?? now });
  }

  /** Submits a batch and waits for its end, however long that takes in workflow time. */
  sell(rows: readonly BatchRow[], acceptedAt?: string): Promise<BatchRecord> {
    return this.run(async () => {
      await this.submit(rows, acceptedAt);
      return this.end();
    });
  }

  async end(): Promise<BatchRecord> {
    await this.environment.client.workflow.getHandle(this.handle.workflowId).result();
    const record = await this.record();
    await eventually('the notice', () => (this.notices.length > 0 ? true : undefined));
    return record;
  }

  async record(): Promise<BatchRecord> {
    const found = await this.batches.find(CHANNEL, this.id);
    if (!found) throw new Error('there is no such batch');
    return found;
  }

  /** The number of events in the history of its latest run. */
  async historyLength(): Promise<number> {
    return (await this.handle.describe()).historyLength;
  }
}
