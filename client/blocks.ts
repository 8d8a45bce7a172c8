import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  BLOCK_UPDATE,
  blockFault,
  BLOCKS_MEMO,
  BLOCKS_WORKFLOW,
  BLOCKS_WORKFLOW_ID,
  NOTHING_BLOCKED,
  UNBLOCK_UPDATE,
  unblockFault,
  type BlockRequest,
  type BlocksState,
} from '../domain/blocks';
import type { Msisdn } from '../domain/msisdn';
import { faultyField } from '../domain/purchase/order-fields';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { blocks } from '../workflows/blocks';
import { CurrentState, TAKES_EFFECT_MS } from './current-state';
import { answerOf, CALL_DEADLINE_MS, unavailable } from './temporal-answers';
import { updateRejection } from './update-rejections';

/** Result of blocking or unblocking. */
export type BlockResult = { kind: 'applied'; state: BlocksState } | { kind: 'refused'; because: string };

/** The numbers that nothing is sold to. */
export interface CurrentBlocks {
  /** @throws TemporalUnavailable if it is unknown; then nothing may be sold */
  has(msisdn: Msisdn): Promise<boolean>;
}

/** How long a change waits for a worker, which may just be starting. */
const ACT_DEADLINE_MS = 30_000;
export const BLOCK_TAKES_EFFECT_MS = TAKES_EFFECT_MS;

/** Blocks and unblocks numbers through the workflow of blocked numbers, which the first block starts. */
export class Blocks {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
  ) {}

  /**
   * The list, and the latest changes, from the memo: no worker is needed. The memo of a terminated workflow still counts, so
   * terminating it by mistake unblocks nobody.
   * @throws TemporalUnavailable; PurchaseUnreadable if the memo is not the workflow's: then nothing may be sold
   */
  async read(): Promise<BlocksState> {
    const handle = this.client.workflow.getHandle(BLOCKS_WORKFLOW_ID);
    try {
      const { memo } = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
      const state = memo?.[BLOCKS_MEMO];
      if (state === undefined) return NOTHING_BLOCKED;
      if (!isBlocksState(state)) throw unavailable(new PayloadUnreadable('not_decodable', NO_KEY));
      return state;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return NOTHING_BLOCKED;
      throw error;
    }
  }

  /** @throws TemporalUnavailable if it is unknown whether the number is blocked; a worker may be missing */
  async block(request: BlockRequest): Promise<BlockResult> {
    const state = await this.read();
    const fault = blockFault(state.blocks, request);
    return fault === undefined ? this.act(BLOCK_UPDATE, request, state) : { kind: 'refused', because: fault };
  }

  /** @throws TemporalUnavailable if it is unknown whether the number can be sold to; a worker may be missing */
  async unblock(request: BlockRequest): Promise<BlockResult> {
    const state = await this.read();
    const fault = unblockFault(state.blocks, request);
    return fault === undefined
      ? this.act(UNBLOCK_UPDATE, request, state)
      : { kind: 'refused', because: fault };
  }

  /** @param last initial state if the workflow has to be started */
  private async act(update: string, request: BlockRequest, last: BlocksState): Promise<BlockResult> {
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof blocks>(BLOCKS_WORKFLOW, {
      workflowId: BLOCKS_WORKFLOW_ID,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      taskQueue: this.taskQueue,
      args: [last],
      memo: { [BLOCKS_MEMO]: last },
      staticSummary: 'Numbers that nothing is sold to',
      staticDetails:
        'The API refuses new orders for these numbers; purchases that were accepted go on. ' +
        'Block and unblock by `datacode blocks`, or by the updates `block` and `unblock`.',
    });
    try {
      const state = await answerOf(this.client, ACT_DEADLINE_MS, () =>
        this.client.workflow.executeUpdateWithStart<typeof blocks, BlocksState, [BlockRequest]>(update, {
          startWorkflowOperation,
          args: [request],
        }),
      );
      return { kind: 'applied', state };
    } catch (error) {
      const rejection = updateRejection(error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw error;
    }
  }
}

/** The blocked numbers, cached for this process, so that an order costs no request for them. */
export class CachedBlocks implements CurrentBlocks {
  private readonly state: CurrentState<ReadonlySet<Msisdn>>;

  /** @param clock monotonic, milliseconds */
  constructor(source: Pick<Blocks, 'read'>, clock?: () => number) {
    const read = async () => new Set((await source.read()).blocks.map(({ msisdn }) => msisdn));
    this.state = new CurrentState({ read }, clock);
  }

  async has(msisdn: Msisdn): Promise<boolean> {
    return (await this.state.now()).has(msisdn);
  }
}

/** Anyone who can write to Temporal can start a workflow under this id with any memo. */
function isBlocksState(value: unknown): value is BlocksState {
  if (typeof value !== 'object' || value === null) return false;
  return faultyField(value, { blocks: 'array', trail: 'array' }) === undefined;
}
