import { markdownText } from '../domain/harmless-text';
import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import { deadlineIn } from '../runtime/deadline';
import { BATCH_NOTICE_IDS, type ChannelName, type NoticeId } from '../domain/identifiers';
import {
  ASKED_TOO_OFTEN,
  DELIVER_NOW_SIGNAL,
  DELIVER_NOW_UPDATE,
  MAX_RESENDS,
  NOTICE_MEMO,
  NOTICE_QUERY,
  NOTICE_WORKFLOW,
  RESENDS_PERIOD_MS,
  noticePolicy,
  noticeWorkflowId,
  type NoticePolicy,
} from '../domain/notice/protocol';
import {
  isBatchNotice,
  noticeSubject,
  noticeType,
  type AddressedNotice,
  type NoticeLog,
  type DeliveryStatus,
} from '../domain/notice/notice';
import { faultyField } from '../domain/purchase/order-fields';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { notice } from '../workflows/notice/notice';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { asOfBatch } from './batches';
import { describedRun } from './described-run';
import { idTakenBy, requireOwnRun, type OwnStart } from './id-taken';
import { LOCKED } from './strange-runs';
import { QUERY_DEADLINE_MS } from './purchase-snapshot';
import {
  answerOf,
  CALL_DEADLINE_MS,
  isUnknownWorkflow,
  nothingIfForgotten,
  unavailable,
} from './temporal-answers';
import { rejectionType, updateRejection } from './update-rejections';
import { decodeRun, decodeRuns, listPage } from './visibility-pages';
import { equals, workflowIdIn } from './visibility-query';

/** The fields that every notice has. */
const NOTICE_FIELDS = { id: 'string', occurredAt: 'string' } as const;
/** Besides, those of a notice about a purchase, and about a batch. */
const SUBJECT_FIELDS = [
  { purchaseId: 'string', externalId: 'string' },
  { batchId: 'string', progress: 'object' },
] as const;

/** A notice as Temporal's index has it; needs no worker. */
export interface NoticeRecord extends AddressedNotice {
  standing: DeliveryStatus;
  startedAt: Date;
  closedAt: Date | undefined;
}

/** The workflows that deliver notices. */
export class NoticeWorkflows {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: NoticePolicy },
  ) {}

  /** Undefined if there is no such workflow. */
  async record(id: NoticeId): Promise<NoticeRecord | undefined> {
    return inOwnWords(
      id,
      this.orNothing(async () => noticeRecord(await this.handle(id).describe())),
    );
  }

  /**
   * The notice, if it is the channel's: decided by what Temporal's index holds in clear, before anything is decrypted, and
   * by the same request whether it is another channel's or nowhere (I9). The index lags by about a second.
   * @throws PurchaseUnreadable or, of a batch's, BatchUnreadable if the channel's own notice cannot be read
   */
  async recordOf(channel: ChannelName, id: NoticeId): Promise<NoticeRecord | undefined> {
    const query = [
      `WorkflowType = '${NOTICE_WORKFLOW}'`,
      equals(SEARCH_ATTRIBUTES.channel, channel),
      workflowIdIn([noticeWorkflowId(id)]),
    ].join(' AND ');
    const { executions } = await listPage(this.client, query, { pageSize: 1 });
    const [latest] = executions;
    if (!latest) return undefined;
    const decoded = decodeRun(this.client, latest)
      .then(noticeRecord)
      .catch((fault: unknown) => {
        throw unavailable(fault);
      });
    const record = await inOwnWords(id, decoded);
    return record.channel === channel ? record : undefined; // the index may have been made to say otherwise
  }

  /** The log with its attempts; without attempts if no worker responds. */
  async log(record: NoticeRecord): Promise<NoticeLog> {
    const handle = this.handle(record.notice.id);
    const recorded: NoticeLog = {
      channel: record.channel,
      notice: record.notice,
      standing: record.standing,
      attempts: [],
      nextAttemptAt: null,
    };
    try {
      const told: unknown = await this.client.withDeadline(deadlineIn(QUERY_DEADLINE_MS), () =>
        record.closedAt ? handle.result() : handle.query<NoticeLog, []>(NOTICE_QUERY),
      );
      return isLogOf(record, told) ? told : recorded; // completed by hand, with nothing or with what is stored there
    } catch {
      return recorded; // terminated, no worker, or completed since
    }
  }

  /**
   * Delivers now: a running delivery is hurried, otherwise a new run starts with the same id.
   * @param by who asks for it, for the history
   * @returns 0; or after how many milliseconds to ask again, since it was asked for too often
   * @throws IdTaken, TemporalUnavailable
   */
  async deliver(addressed: AddressedNotice, by?: string): Promise<number> {
    const workflowId = noticeWorkflowId(addressed.notice.id);
    const runs = await requireOwnRun(this.client, { workflowId }, this.ownStart(addressed));
    const retryAfterMs = runs
      ? await this.hurried(addressed.notice.id, by)
      : await this.restedMs(addressed.notice.id);
    if (retryAfterMs !== undefined) return retryAfterMs;
    await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.signalWithStart<typeof notice, [{ by: string | null }]>(NOTICE_WORKFLOW, {
        ...this.startOf(addressed, 'sent again'),
        signal: DELIVER_NOW_SIGNAL,
        signalArgs: [{ by: by ?? null }],
      }),
    );
    return 0;
  }

  /** The same as `deliver` tells; nothing where the run is over by now, or of a build that can only be signaled. */
  private async hurried(id: NoticeId, by: string | undefined): Promise<number | undefined> {
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.handle(id).executeUpdate<void, [{ by: string | null }]>(DELIVER_NOW_UPDATE, {
          args: [{ by: by ?? null }],
        }),
      );
      return 0;
    } catch (fault) {
      const refused = rejectionType(fault);
      if (refused === ASKED_TOO_OFTEN) {
        const [retryAfterMs] = updateRejection(this.client, fault)?.details ?? [];
        return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? retryAfterMs : RESENDS_PERIOD_MS;
      }
      if (refused !== undefined || isUnknownWorkflow(fault)) return undefined;
      throw fault;
    }
  }

  /** How long a notice that was delivered or given up still has to rest, since so many runs of it began of late. */
  private async restedMs(id: NoticeId): Promise<number | undefined> {
    const query = `WorkflowType = '${NOTICE_WORKFLOW}' AND ${workflowIdIn([noticeWorkflowId(id)])}`;
    const { executions } = await listPage(this.client, query, { pageSize: MAX_RESENDS });
    const oldest = executions[MAX_RESENDS - 1];
    const restedAt = oldest ? tsToMs(oldest.startTime ?? undefined) + RESENDS_PERIOD_MS : 0;
    const now = new Date();
    const left = restedAt - now.getTime();
    return left > 0 ? left : undefined;
  }

  /**
   * For a notice that is due for the first time and whose workflow id is taken: unless ours is there, it is started in the place
   * of what is. Nobody of ours starts another under that id.
   * @throws IdTaken where it may be ours, under a key that is missing
   */
  async startTaken(addressed: AddressedNotice): Promise<'ours' | 'started'> {
    const workflowId = noticeWorkflowId(addressed.notice.id);
    const run = await describedRun(this.client, { workflowId }).catch(nothingIfForgotten);
    const taken = run && (await idTakenBy(this.client, run, this.ownStart(addressed)));
    if (run && !taken) return 'ours';
    if (taken?.reason && LOCKED.has(taken.reason)) throw taken;
    await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.start<typeof notice>(NOTICE_WORKFLOW, {
        ...this.startOf(addressed, 'in the place of another workflow'),
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
      }),
    );
    return 'started';
  }

  private ownStart({ notice: told }: AddressedNotice): OwnStart {
    return {
      type: NOTICE_WORKFLOW,
      taskQueue: this.settings.taskQueue,
      isInput: ([of]) => isAddressed(of) && of.notice.id === told.id,
    };
  }

  private startOf(addressed: AddressedNotice, how: string) {
    const { channel, notice: told } = addressed;
    const { taskQueue, policy } = this.settings;
    return {
      workflowId: noticeWorkflowId(told.id),
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      taskQueue,
      args: [addressed, noticePolicy(policy)] as [AddressedNotice, NoticePolicy], // a tuple, not a list
      memo: { [NOTICE_MEMO]: addressed },
      staticSummary: `${noticeType(told)} of ${markdownText(noticeSubject(told))} to ${channel}, ${how}`,
      priority: { fairnessKey: channel },
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.channel, value: channel },
        ...(isBatchNotice(told) ? [] : [{ key: SEARCH_ATTRIBUTES.purchaseId, value: told.purchaseId }]),
        { key: SEARCH_ATTRIBUTES.noticeDelivered, value: false },
      ],
    };
  }

  /** One page of the search, the latest first; without notices that cannot be decrypted. */
  async page(
    query: string,
    pageSize: number,
    token?: Uint8Array,
  ): Promise<{ records: NoticeRecord[]; nextToken: Uint8Array }> {
    const { executions, nextToken } = await listPage(this.client, query, { pageSize, token });
    const { read } = await decodeRuns(this.client, executions, noticeRecord);
    return { records: read, nextToken };
  }

  private handle(id: NoticeId): WorkflowHandle<typeof notice> {
    return this.client.workflow.getHandle<typeof notice>(noticeWorkflowId(id));
  }

  private async orNothing<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await answerOf(this.client, CALL_DEADLINE_MS, call);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }
}

/** What the notice of a batch is kept in is unreadable as the batch's. */
function inOwnWords<T>(id: NoticeId, answer: Promise<T>): Promise<T> {
  return id.startsWith(BATCH_NOTICE_IDS) ? asOfBatch(answer) : answer;
}

type Info = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'memo' | 'status' | 'startTime' | 'closeTime' | 'typedSearchAttributes'
>;

/**
 * @throws PayloadUnreadable if the memo is of another notice, which names its purchase and thereby its channel (I9, I18), or
 * of none: anyone who can write to Temporal can start a workflow of this type with any memo
 */
export function noticeRecord(info: Info): NoticeRecord {
  const { workflowId, memo, status, startTime, closeTime, typedSearchAttributes } = info;
  const addressed = memo?.[NOTICE_MEMO];
  if (!isAddressed(addressed)) throw new PayloadUnreadable('no_order', NO_KEY);
  const own = noticeWorkflowId(addressed.notice.id);
  if (own !== workflowId) throw new PayloadUnreadable('moved', NO_KEY, own);
  const delivered = typedSearchAttributes.get(SEARCH_ATTRIBUTES.noticeDelivered) === true;
  const closed = delivered ? 'delivered' : 'undelivered';
  const goesOn = status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW'; // the index lags
  return {
    channel: addressed.channel,
    notice: addressed.notice,
    standing: goesOn ? 'delivering' : closed,
    startedAt: startTime,
    closedAt: goesOn ? undefined : closeTime,
  };
}

/** Whether this is the log of that notice, as its workflow keeps it. */
export function isLogOf({ notice: { id } }: NoticeRecord, told: unknown): told is NoticeLog {
  if (!isAddressed(told) || told.notice.id !== id) return false;
  return faultyField(told, { standing: 'string', attempts: 'array' }) === undefined;
}

function isAddressed(value: unknown): value is AddressedNotice {
  if (typeof value !== 'object' || value === null) return false;
  if (faultyField(value, { channel: 'string', notice: 'object' }) !== undefined) return false;
  const { notice: told } = value as { notice: object }; // just checked
  const subjects = SUBJECT_FIELDS.map((fields) => faultyField(told, { ...NOTICE_FIELDS, ...fields }));
  return subjects.includes(undefined);
}
