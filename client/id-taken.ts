import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { formatLocalTime } from '../domain/local-time';
import { PayloadUnreadable, type UnreadableReason } from '../encryption/payload-unreadable';
import { describedRun } from './described-run';
import { PurchaseUnreadable } from './purchases';
import { startInput } from './start-event';
import { StoredDataUnreadable } from './stored-data-unreadable';
import { nothingIfForgotten } from './temporal-answers';
import type { RawExecution } from './visibility-pages';

/** What runs under an id of ours is not ours: whoever can write to Temporal can start any workflow under any id. */
export class IdTaken extends StoredDataUnreadable {
  override readonly name = 'IdTaken';
  protected override readonly ownRunbook = 'id-taken';
  /** Why its input cannot be read, which the message says as well. */
  readonly unreadable: PayloadUnreadable | undefined;

  /**
   * @param why it is not ours, in words
   * @param verb of Temporal's command, after which ours can be started
   */
  constructor(
    workflowId: string,
    readonly why: string,
    options: { verb?: 'terminate' | 'delete'; unreadable?: PayloadUnreadable | undefined } = {},
  ) {
    super('', false);
    const { verb = 'terminate', unreadable } = options;
    this.unreadable = unreadable;
    this.message =
      `the workflow ${workflowId} is in the way: ${why}. If nobody of ours started it, ${verb} it in the Web UI or by ` +
      `\`temporal workflow ${verb} --workflow-id ${workflowId}\`, then start again`;
  }

  override get reason(): UnreadableReason | undefined {
    return this.unreadable?.reason;
  }
}

/** What we start under an id. */
export interface OwnStart {
  type: string;
  /** Not given where it is not known. */
  taskQueue?: string | undefined;
  isInput: (input: readonly unknown[]) => boolean;
}

/**
 * Looks at what runs under an id of ours; there may be nothing, or one that is over.
 * @returns whether one of ours runs
 * @throws IdTaken, TemporalUnavailable
 */
export async function requireOwnRun(
  client: Client,
  execution: { workflowId: string; runId?: string },
  own: OwnStart,
): Promise<boolean> {
  const run = await describedRun(client, execution).catch(nothingIfForgotten);
  if (!run || run.closeTime) return false;
  const taken = await idTakenBy(client, run, own);
  if (taken) throw taken;
  return true;
}

/**
 * Why a run is in the way of ours, or was; undefined for one of ours.
 * @throws TemporalUnavailable
 */
export async function idTakenBy(
  client: Client,
  { type, taskQueue, startTime, executionTime, execution }: RawExecution,
  own: OwnStart,
): Promise<IdTaken | undefined> {
  const run = { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
  const taken = (why: string, unreadable?: PayloadUnreadable) =>
    new IdTaken(run.workflowId, why, { unreadable });
  if (type?.name !== own.type) return taken(`its type is "${type?.name ?? ''}"`);
  if (own.taskQueue !== undefined && taskQueue !== own.taskQueue)
    return taken(`its task queue is "${taskQueue ?? ''}", not "${own.taskQueue}"`);
  const begins = new Date(tsToMs(executionTime ?? startTime));
  const isPutOff = begins.getTime() > tsToMs(startTime) && begins > new Date(); // which no start of ours here is
  if (isPutOff) return taken(`it begins only at ${formatLocalTime(begins)}`);
  try {
    const input = await startInput(client, run);
    return own.isInput(input) ? undefined : taken('its input is not what we start it with');
  } catch (fault) {
    if (!(fault instanceof PurchaseUnreadable && fault.cause instanceof PayloadUnreadable)) throw fault;
    return taken(`its input cannot be read: ${fault.cause.message}`, fault.cause);
  }
}
